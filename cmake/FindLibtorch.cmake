# Finds libtorch 1.13 or newer by its headers and libraries: Debian's packages, an unpacked archive, or what
# `pip install torch` brought, whose CMake package asks for a CUDA toolkit that nothing here needs. Looks
# below CMAKE_PREFIX_PATH, which may also be torch.utils.cmake_prefix_path.
# Sets Libtorch_FOUND and Libtorch_VERSION, and defines Libtorch::Libtorch.
set(places)
foreach(prefix IN LISTS CMAKE_PREFIX_PATH)
  list(APPEND places ${prefix} ${prefix}/../..)
endforeach()
find_path(Libtorch_INCLUDE_DIR torch/script.h HINTS ${places} PATH_SUFFIXES include)
foreach(library IN ITEMS torch torch_cpu c10)
  find_library(Libtorch_${library}_LIBRARY ${library} HINTS ${places} PATH_SUFFIXES lib)
  mark_as_advanced(Libtorch_${library}_LIBRARY)
endforeach()
if(Libtorch_INCLUDE_DIR)
  set(api ${Libtorch_INCLUDE_DIR}/torch/csrc/api/include)
  foreach(header IN ITEMS ${Libtorch_INCLUDE_DIR}/torch/headeronly/version.h ${api}/torch/version.h)
    if(EXISTS ${header})
      file(STRINGS ${header} lines REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
      if(lines)
        string(REGEX REPLACE "[^;0-9]" "" numbers "${lines}")
        string(REPLACE ";" "." Libtorch_VERSION "${numbers}")
        break()
      endif()
    endif()
  endforeach()
  # The names of the C++ library's strings have two forms, and Debian's libraries have the newer one.
  set(config ${Libtorch_INCLUDE_DIR}/../share/cmake/Torch/TorchConfig.cmake)
  if(EXISTS ${config})
    file(STRINGS ${config} old_abi REGEX "_GLIBCXX_USE_CXX11_ABI=0")
    if(old_abi)
      set(Libtorch_NOT_FOUND_MESSAGE
          "the libtorch in ${Libtorch_INCLUDE_DIR} was built with the old C++ ABI; torch 2.6 and newer from pip have the new one")
      unset(Libtorch_VERSION)
    endif()
  endif()
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Libtorch REQUIRED_VARS Libtorch_torch_LIBRARY Libtorch_torch_cpu_LIBRARY Libtorch_c10_LIBRARY
                         Libtorch_INCLUDE_DIR Libtorch_VERSION
  VERSION_VAR Libtorch_VERSION REASON_FAILURE_MESSAGE "${Libtorch_NOT_FOUND_MESSAGE}")
if(Libtorch_FOUND AND NOT TARGET Libtorch::Libtorch)
  add_library(Libtorch::Libtorch INTERFACE IMPORTED)
  # pip's brings headers of another fmt and another oneDNN along, which must not be found before those of the
  # libraries that are linked.
  foreach(header IN ITEMS fmt/core.h oneapi/dnnl/dnnl.hpp)
    cmake_path(GET header PARENT_PATH folder)
    string(REGEX REPLACE "/.*" "" folder ${folder})
    find_path(Libtorch_${folder}_INCLUDE_DIR ${header})
    set(linked ${Libtorch_${folder}_INCLUDE_DIR})
    if(EXISTS ${Libtorch_INCLUDE_DIR}/${folder} AND linked AND NOT linked STREQUAL Libtorch_INCLUDE_DIR)
      set(found_first ${CMAKE_BINARY_DIR}/found_first)
      file(MAKE_DIRECTORY ${found_first})
      file(CREATE_LINK ${linked}/${folder} ${found_first}/${folder} SYMBOLIC)
    endif()
    mark_as_advanced(Libtorch_${folder}_INCLUDE_DIR)
  endforeach()
  target_include_directories(Libtorch::Libtorch SYSTEM
                             INTERFACE ${found_first} ${Libtorch_INCLUDE_DIR} ${api})
  # libtorch.so has no code of its own: it brings the devices that libtorch was built for.
  target_link_libraries(
    Libtorch::Libtorch
    INTERFACE -Wl,--push-state,--no-as-needed,${Libtorch_torch_LIBRARY},--pop-state
              ${Libtorch_torch_cpu_LIBRARY} ${Libtorch_c10_LIBRARY})
endif()
mark_as_advanced(Libtorch_INCLUDE_DIR)
