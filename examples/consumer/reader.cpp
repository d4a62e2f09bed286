#include <cstdio>
#include <tsimcne/map/map.hpp>

int main(int count, char** names) {
  for (int i = 1; i < count; ++i) {
    const tsimcne::Map map = tsimcne::read_map(names[i], false);
    std::printf("%s: %lld points\n", names[i], static_cast<long long>(map.size()));
  }
}
