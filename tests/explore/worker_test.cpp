#include "tsimcne/explore/worker.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <memory>
#include <set>
#include <vector>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

/// Gives `worker` one piece of work from each of eight threads at once.
template <typename Work>
void run_from_many(Worker& worker, const Work& work) {
  std::vector<std::thread> givers;
  for (int i = 0; i < 8; ++i) givers.emplace_back([&] { worker.run(work); });
  for (std::thread& giver : givers) giver.join();
}

TEST(WorkerThread, IsOneAndDoesOneThingAfterAnother) {
  Worker worker;
  std::set<std::thread::id> threads;
  std::atomic<int> under_way = 0, most = 0;
  run_from_many(worker, [&] {
    most = std::max<int>(most, ++under_way);
    threads.insert(std::this_thread::get_id());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    --under_way;
  });
  EXPECT_EQ(threads.size(), 1);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
  EXPECT_EQ(most, 1);
}

TEST(WorkerThread, HasAsManyOpenMpThreadsAsItsMaker) {
  const int before = omp_get_max_threads();
  for (const int threads : {1, 2, 5}) {
    omp_set_num_threads(threads);
    Worker worker;
    EXPECT_EQ(worker.run([] { return omp_get_max_threads(); }), threads);
  }
  omp_set_num_threads(before);
}

TEST(WorkerThread, GivesBackResultsAndExceptions) {
  Worker worker;
  EXPECT_EQ(*worker.run([] { return std::make_unique<int>(3); }), 3);
  EXPECT_THROW(worker.run([]() -> int { fail("it went wrong"); }), Error);
  EXPECT_EQ(worker.run([] { return 4; }), 4);
}

}  // namespace
}  // namespace tsimcne
