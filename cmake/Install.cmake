# What is installed: program, libraries, headers, the package's CMake files, shell completion; and
# what a Debian package of it is called.
include(CMakePackageConfigHelpers)

# The rooms' faces. What else lies in a room is its own affair.
set(headers
    error.hpp matrix.hpp catalog.hpp table.hpp random.hpp cores.hpp instructions.hpp settings.hpp duration.hpp
    files/csv.hpp files/folder_lock.hpp files/npy.hpp files/safetensors.hpp files/whole_file.hpp
    images/image_set.hpp images/summary.hpp
    map/map.hpp map/number_rows.hpp
    graph/neighbors.hpp
    views/crop.hpp views/view.hpp views/batch.hpp
    layout/pca.hpp layout/row_source.hpp
    dictionary/dictionary.hpp dictionary/embedding.hpp dictionary/patches.hpp
    measure/division.hpp measure/measure.hpp measure/clustering.hpp measure/faithfulness.hpp
    measure/linear_probe.hpp measure/report.hpp measure/collapse.hpp
    picture/picture.hpp picture/side_by_side.hpp
    explore/atlas.hpp explore/metadata.hpp explore/exhibit.hpp explore/page.hpp explore/comparison_page.hpp
    explore/server.hpp)
set(libraries tsimcne_maps)
if(TSIMCNE_TRAINING)
  list(APPEND headers
       loss/kernel.hpp loss/objective.hpp loss/loss.hpp
       network/layers.hpp network/backbones.hpp network/backbone.hpp
       network/projection_head.hpp network/network.hpp network/tensor_file.hpp
       train/recipe.hpp train/schedule.hpp train/model.hpp train/trainer.hpp
       methods/method.hpp
       run/run_folder.hpp run/run_settings.hpp run/journal.hpp run/sparing.hpp run/run.hpp
       run/comparison.hpp run/comparison_report.hpp)
  list(APPEND libraries tsimcne_learning)
  install(TARGETS tsimcne_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(TARGETS tsimcne_learn RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/tsimcne)
  install(FILES scripts/completion.bash RENAME tsimcne
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()
foreach(header IN LISTS headers)
  cmake_path(GET header PARENT_PATH room)
  install(FILES tsimcne/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tsimcne/${room})
endforeach()
install(TARGETS ${libraries} EXPORT tsimcne DESTINATION ${CMAKE_INSTALL_LIBDIR})

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tsimcne)
install(EXPORT tsimcne NAMESPACE tsimcne:: FILE tsimcneTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/tsimcneConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/tsimcneConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tsimcneConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tsimcneConfig.cmake
              ${PROJECT_BINARY_DIR}/tsimcneConfigVersion.cmake
              cmake/FindLibtorch.cmake cmake/FindOneDNN.cmake DESTINATION ${package_folder})

set(CPACK_PACKAGE_CONTACT "The tsimcne authors <tsimcne@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS libopenblas0-openmp)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS dataset-fashion-mnist)
set(CPACK_STRIP_FILES ON)
include(CPack)
