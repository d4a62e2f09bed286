#include "tsimcne/train/row_trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "tsimcne/duration.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/images/fingerprint.hpp"
#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/libtorch.hpp"
#include "tsimcne/network/tensor_file.hpp"
#include "tsimcne/random.hpp"
#include "tsimcne/train/finite.hpp"
#include "tsimcne/train/head_pass.hpp"
#include "tsimcne/train/model_state.hpp"
#include "tsimcne/train/optimizer.hpp"
#include "tsimcne/train/row_model_state.hpp"
#include "tsimcne/train/schedule.hpp"
#include "tsimcne/train/training_json.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

/// What decides how training goes on is in a checkpoint, or is made again from what is.
struct RowTrainer::State {
  Recipe recipe;
  Edges edges;
  uint64_t seed;
  torch::Device device;
  std::string of_rows;  // the fingerprint of the rows
  double scale;         // by which they are multiplied
  torch::Tensor rows;   // [n, f], multiplied
  ProjectionHead head{nullptr};
  std::unique_ptr<Optimizer> optimizer;
  int64_t done = 0;  // batches
  Sums sums;         // of the epoch under way
  std::vector<EpochRecord> history;
  std::vector<int64_t> order;  // of the n-ths of all weight in the epoch under way

  State(Recipe the_recipe, const Matrix& the_rows, Edges the_edges, uint64_t the_seed,
        const std::string& the_device);

  const Stage& stage() const { return recipe.stages.front(); }
  int64_t size() const { return rows.size(0); }
  int64_t batches_per_epoch() const;
  int64_t batches() const;
  int64_t epoch() const { return done / batches_per_epoch(); }
  double learning_rate() const;

  void draw_order();
  torch::Tensor draw_pairs();
  ContrastiveLoss differentiate(const torch::Tensor& pairs);
  void step();
  EpochRecord record() const;
};

namespace {

std::string fingerprint_of(const Matrix& rows) {
  const auto bytes = std::as_bytes(std::span(rows.values));
  return Fingerprint()
      .add(static_cast<uint64_t>(rows.cols))
      .add(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()))
      .hex();
}

/// What brings the largest standard deviation of a column to 1; 1 where all rows are the same.
double scale_of(const Matrix& rows) {
  const auto n = static_cast<double>(rows.rows);
  double largest = 0;
  for (int64_t c = 0; c < rows.cols; ++c) {
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < rows.rows; ++i) sum += rows.row(i)[static_cast<size_t>(c)];
    for (int64_t i = 0; i < rows.rows; ++i) {
      const double away = rows.row(i)[static_cast<size_t>(c)] - sum / n;
      squares += away * away;
    }
    largest = std::max(largest, squares / n);
  }
  return largest > 0 ? 1 / std::sqrt(largest) : 1;
}

}  // namespace

RowTrainer::State::State(Recipe the_recipe, const Matrix& the_rows, Edges the_edges,
                         uint64_t the_seed, const std::string& the_device)
    : recipe(std::move(the_recipe)),
      edges(std::move(the_edges)),
      seed(the_seed),
      device(device_named(the_device)),
      of_rows(fingerprint_of(the_rows)),
      scale(scale_of(the_rows)) {
  validate(recipe);
  if (!recipe.backbone.empty() || recipe.stages.size() != 1 || stage().batch == 0) {
    fail("a recipe on rows has no backbone and one stage, which says its batch");
  }
  if (the_rows.rows < 2) fail("training needs at least 2 rows; there is {}", the_rows.rows);
  if (edges.points() != the_rows.rows) {
    fail("there are {} rows, and edges between {} points", the_rows.rows, edges.points());
  }
  rows = (tensor_of(the_rows) * scale).to(device);
  head = make_head(recipe, the_rows.cols, seed, device);
  optimizer = make_optimizer(recipe, stage(), parameters_of(head));
}

/// As many as leave all of about the size that is wanted, within half of it: of a few pairs alone
/// each would be told from its own other end.
int64_t RowTrainer::State::batches_per_epoch() const {
  return std::max<int64_t>(1, (size() + stage().batch / 2) / stage().batch);
}

int64_t RowTrainer::State::batches() const {
  return std::llround(stage().epochs * static_cast<double>(batches_per_epoch()));
}

double RowTrainer::State::learning_rate() const {
  const double batch = static_cast<double>(size()) / static_cast<double>(batches_per_epoch());
  const double rate = stage().learning_rate * batch / 256;
  const double share = (static_cast<double>(done) + 0.5) / static_cast<double>(batches());
  return rate * one_cycle(share);
}

void RowTrainer::State::draw_order() {
  Random random(seed, Stream::order, static_cast<uint32_t>(epoch()));
  order = random_order(size(), random);
}

/// The rows of a batch's edges, [2b, f]: first where they come from, then where they go to.
torch::Tensor RowTrainer::State::draw_pairs() {
  const int64_t batch = done % batches_per_epoch();
  const int64_t first = batch * size() / batches_per_epoch();
  const int64_t count = (batch + 1) * size() / batches_per_epoch() - first;
  std::vector<int64_t> ends(static_cast<size_t>(2 * count));
  for (int64_t i = 0; i < count; ++i) {
    const int64_t part = order[static_cast<size_t>(first + i)];
    Random random(seed, Stream::neighbors, static_cast<uint32_t>(part),
                  static_cast<uint32_t>(epoch()));
    const double share =
        (static_cast<double>(part) + random.uniform()) / static_cast<double>(size());
    const Edge edge = edges.at(share);
    ends[static_cast<size_t>(i)] = edge.from;
    ends[static_cast<size_t>(count + i)] = edge.to;
  }
  return rows.index_select(0, torch::tensor(ends, torch::kLong).to(device));
}

/// The loss of a batch, whose gradients the parameters then hold. Throws an Error where one of them
/// is not finite.
ContrastiveLoss RowTrainer::State::differentiate(const torch::Tensor& pairs) {
  HeadPass pass(head, pairs);
  const torch::Tensor points = pass.points().requires_grad_(true);
  const ContrastiveLoss loss =
      contrastive_loss(points, kernel_named(stage().kernel), objective_named(stage().objective));
  loss.loss.backward();
  pass.backward(points.grad());
  const auto is_finite = [](const auto& parameter) { return all_finite(parameter.second.grad()); };
  if (!std::isfinite(loss.loss.item<double>()) ||
      !std::ranges::all_of(parameters_of(head), is_finite)) {
    fail("the loss or its gradient is not finite in epoch {}, at learning rate {:.3g}", epoch() + 1,
         learning_rate());
  }
  return loss;
}

void RowTrainer::State::step() {
  const auto start = std::chrono::steady_clock::now();
  if (order.empty()) draw_order();
  const torch::Tensor pairs = draw_pairs();
  ContrastiveLoss loss;
  try {
    loss = differentiate(pairs);
  } catch (...) {
    head->zero_grad();
    throw;
  }
  optimizer->step(learning_rate());
  sums.add(loss, pairs.size(0) / 2, seconds_between(start, std::chrono::steady_clock::now()));
  const EpochRecord so_far = record();
  ++done;
  if (done % batches_per_epoch() != 0 && done < batches()) return;
  history.push_back(so_far);
  sums = {};
  order.clear();
}

EpochRecord RowTrainer::State::record() const {
  EpochRecord result{.stage = 1,
                     .epoch = static_cast<int>(epoch()) + 1,
                     .learning_rate = learning_rate(),
                     .dimensions = stage().dimensions};
  sums.put_means_into(result);
  return result;
}

RowTrainer::RowTrainer(Recipe recipe, const Matrix& rows, Edges edges, uint64_t seed,
                       const std::string& device)
    : state_(in_a_sentence([&] {
        return std::make_unique<State>(std::move(recipe), rows, std::move(edges), seed, device);
      })) {}

RowTrainer::~RowTrainer() = default;

RowTrainer::RowTrainer(RowTrainer&&) noexcept = default;

void RowTrainer::advance() {
  if (!finished()) in_a_sentence([&] { state_->step(); });
}

bool RowTrainer::finished() const {
  return batches_done() >= batches();
}

const Recipe& RowTrainer::recipe() const {
  return state_->recipe;
}

int64_t RowTrainer::batches() const {
  return state_->batches();
}

int64_t RowTrainer::batches_done() const {
  return state_->done;
}

int64_t RowTrainer::batches_per_epoch() const {
  return state_->batches_per_epoch();
}

const std::vector<EpochRecord>& RowTrainer::history() const {
  return state_->history;
}

EpochRecord RowTrainer::running() const {
  return state_->record();
}

Matrix RowTrainer::points() const {
  return place_rows(state_->head, state_->rows);
}

Matrix RowTrainer::place(const Matrix& rows) const {
  return place_rows(state_->head, (tensor_of(rows) * state_->scale).to(state_->device));
}

RowModel RowTrainer::model(PrincipalAxes axes) const {
  auto model = std::make_shared<RowModel::State>();
  model->recipe = state_->recipe;
  model->axes = std::move(axes);
  model->scale = state_->scale;
  model->head = copy_of(state_->head, state_->recipe, state_->device);
  model->device = state_->device;
  return RowModel(std::move(model));
}

void RowTrainer::save(const fs::path& checkpoint) const {
  NamedTensors tensors;
  for (const auto& [name, tensor] : parameters_of(state_->head)) {
    tensors.emplace_back("head." + name, tensor);
  }
  const NamedTensors remembered = state_->optimizer->state();
  tensors.insert(tensors.end(), remembered.begin(), remembered.end());
  const nlohmann::json training = {{"batches", state_->done},
                                   {"sums", state_->sums},
                                   {"history", state_->history},
                                   {"seed", state_->seed},
                                   {"rows", state_->of_rows}};
  write_tensors(checkpoint, tensors,
                {{"head", to_json(state_->recipe)}, {"training", training.dump()}});
}

void RowTrainer::restore(const fs::path& checkpoint) try {
  const TensorFile file = TensorFile::read(checkpoint);
  const auto training = nlohmann::json::parse(file.metadata.at("training"));
  if (file.metadata.at("head") != to_json(state_->recipe) || training.at("seed") != state_->seed ||
      training.at("rows") != state_->of_rows) {
    fail(
        "the rows, or what is learned of them, are not those that {} was trained on; put the old "
        "ones back or start a new run",
        checkpoint.string());
  }
  state_->done = training.at("batches");
  if (state_->done < 0 || state_->done > batches()) {
    fail("{} stands at batch {} of {}; it is damaged", checkpoint.string(), state_->done,
         batches());
  }
  state_->sums = training.at("sums");
  state_->history = training.at("history").get<std::vector<EpochRecord>>();
  file.copy_into(parameters_of(state_->head), "head.");
  file.copy_into(state_->optimizer->state(), "");
  state_->order.clear();
  if (state_->done % batches_per_epoch() != 0) state_->draw_order();
} catch (const std::out_of_range&) {
  fail("{} is no checkpoint of a network on rows", checkpoint.string());
} catch (const nlohmann::json::exception& error) {
  fail("{} is not a sound checkpoint: {}", checkpoint.string(), error.what());
}

}  // namespace tsimcne
