# The two libraries: tsimcne::maps, the rooms without torch, and tsimcne::tsimcne, all of them.
# Sources are found by folder, so that a new file in a room is a new file and nothing else.
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(ZLIB REQUIRED)
find_package(JPEG REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # cpp-httplib's header calls it
pkg_check_modules(VIPS REQUIRED IMPORTED_TARGET vips)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo cairo-svg cairo-pdf pangocairo)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)

# Vectorised loops are compiled for AVX-512, AVX2, SSE4 (of 2010; without it a view takes four times
# as long) and machines with none of them, on Arm for NEON. More would only make builds longer.
add_compile_definitions(
  "HWY_DISABLED_TARGETS=(HWY_SSSE3|HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)")

set(TSIMCNE_MAP_ROOMS files images map graph views layout dictionary measure picture explore)
set(TSIMCNE_TRAINING_ROOMS network loss train methods run)
find_package(CLI11 REQUIRED)  # whose parser reads config files

function(tsimcne_room_sources result)
  set(sources)
  foreach(room IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tsimcne/${room}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  set(${result} ${sources} PARENT_SCOPE)
endfunction()

file(GLOB ground CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tsimcne/*.cpp)
tsimcne_room_sources(sources ${TSIMCNE_MAP_ROOMS})
if(TSIMCNE_EXPLORER)
  include(Explorer)
  list(APPEND sources ${explorer_page})
else()
  list(APPEND sources ${PROJECT_SOURCE_DIR}/tsimcne/explore/without_page/bundle.cpp)
endif()
add_library(tsimcne_maps ${ground} ${sources})
add_library(tsimcne::maps ALIAS tsimcne_maps)
set_target_properties(tsimcne_maps PROPERTIES EXPORT_NAME maps)
target_compile_features(tsimcne_maps PUBLIC cxx_std_20)
target_include_directories(tsimcne_maps PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(tsimcne_maps
  PUBLIC fmt::fmt
  PRIVATE nlohmann_json::nlohmann_json Eigen3::Eigen PkgConfig::OPENBLAS ZLIB::ZLIB JPEG::JPEG
          OpenMP::OpenMP_CXX Threads::Threads PkgConfig::HTTPLIB OpenSSL::Crypto PkgConfig::VIPS
          PkgConfig::ARCHIVE PkgConfig::CAIRO PkgConfig::HWY)
# Eigen's products are OpenBLAS's, which chooses its instructions where it runs.
target_compile_definitions(tsimcne_maps PRIVATE EIGEN_USE_BLAS)
# Nobody reads floating-point exception flags or errno; GCC vectorises choices only if told so.
target_compile_options(tsimcne_maps PRIVATE -fno-trapping-math -fno-math-errno)
tsimcne_warnings(tsimcne_maps)

if(TSIMCNE_TRAINING)
  find_package(Libtorch 1.13 REQUIRED)
  include(Engine)
  tsimcne_room_sources(sources ${TSIMCNE_TRAINING_ROOMS} ${engine_room})
  add_library(tsimcne_learning ${sources})
  add_library(tsimcne::tsimcne ALIAS tsimcne_learning)
  set_target_properties(tsimcne_learning PROPERTIES OUTPUT_NAME tsimcne EXPORT_NAME tsimcne)
  target_link_libraries(tsimcne_learning PUBLIC tsimcne_maps Libtorch::Libtorch
                                         PRIVATE nlohmann_json::nlohmann_json OpenMP::OpenMP_CXX
                                                 PkgConfig::HWY ${engine_libraries}
                                                 $<BUILD_INTERFACE:CLI11::CLI11>)
  target_precompile_headers(tsimcne_learning PRIVATE <torch/torch.h>)
  # It reads an object that libtorch makes and whose layout depends on NDEBUG, with which libtorch was
  # built; so it is compiled as libtorch was, and without the header that was compiled otherwise.
  set_source_files_properties(
    ${PROJECT_SOURCE_DIR}/tsimcne/network/backbone_cost.cpp
    PROPERTIES COMPILE_DEFINITIONS NDEBUG SKIP_PRECOMPILE_HEADERS ON)
  # What has no need of it; to read it takes four seconds a file.
  tsimcne_room_sources(sources methods run)
  foreach(file IN ITEMS loss/tile_sweeps network/backbones train/recipe train/schedule)
    list(APPEND sources ${PROJECT_SOURCE_DIR}/tsimcne/${file}.cpp)
  endforeach()
  if(engine_libraries)
    list(APPEND sources ${PROJECT_SOURCE_DIR}/tsimcne/network/onednn/algorithm_table.cpp)
  endif()
  set_source_files_properties(${sources} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  set_source_files_properties(
    ${PROJECT_SOURCE_DIR}/tsimcne/run/run_settings.cpp
    ${PROJECT_SOURCE_DIR}/tsimcne/methods/contrastive.cpp
    PROPERTIES COMPILE_DEFINITIONS
      "TSIMCNE_VERSION=\"${PROJECT_VERSION}\";TSIMCNE_ENGINE_NAME=\"${engine_name}\";TSIMCNE_LIBTORCH_VERSION=\"${Libtorch_VERSION}\"")
  tsimcne_warnings(tsimcne_learning)
  # GCC 14 sees wrong ones in a vector of flags that libtorch makes.
  target_compile_options(tsimcne_learning PRIVATE -Wno-array-bounds -Wno-stringop-overflow)
endif()
