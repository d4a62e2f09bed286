#include "tsimcne/cores.hpp"

#include <omp.h>

namespace tsimcne {

int use_cores(int count) {
  const int cores = count > 0 ? count : omp_get_num_procs();
  omp_set_num_threads(cores);
  return cores;
}

}  // namespace tsimcne
