# What is installed: program, libraries, headers, the package's CMake files, shell completion; and
# what a Debian package of it is called.
include(CMakePackageConfigHelpers)

set(public_rooms ${TSIMCNE_MAP_ROOMS})
set(targets tsimcne_maps)
if(TSIMCNE_TRAINING)
  list(APPEND public_rooms ${TSIMCNE_TRAINING_ROOMS})
  list(APPEND targets tsimcne_learning)
  install(TARGETS tsimcne_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES scripts/completion.bash RENAME tsimcne
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()
install(TARGETS ${targets} EXPORT tsimcne DESTINATION ${CMAKE_INSTALL_LIBDIR})

file(GLOB ground RELATIVE ${PROJECT_SOURCE_DIR} tsimcne/*.hpp)
install(FILES ${ground} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tsimcne)
foreach(room IN LISTS public_rooms)
  install(DIRECTORY tsimcne/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tsimcne
          FILES_MATCHING PATTERN "*.hpp")
endforeach()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tsimcne)
install(EXPORT tsimcne NAMESPACE tsimcne:: FILE tsimcneTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/tsimcneConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/tsimcneConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tsimcneConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tsimcneConfig.cmake
              ${PROJECT_BINARY_DIR}/tsimcneConfigVersion.cmake DESTINATION ${package_folder})

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
