#include <cstdio>
#include <tsimcne/train/recipe.hpp>

int main() {
  const tsimcne::Recipe recipe = tsimcne::recipe_named("paper");
  std::printf("%s: %zu stages\n", recipe.name.c_str(), recipe.stages.size());
}
