# The explorer's pages: TypeScript in explorer/, bundled into a C++ file of their texts.
find_program(NODE node REQUIRED)
find_program(NPM npm REQUIRED)
set(explorer ${PROJECT_SOURCE_DIR}/explorer)
set(explorer_packages ${explorer}/node_modules/.package-lock.json)
set(explorer_page ${PROJECT_BINARY_DIR}/explorer/page.cpp)
file(GLOB_RECURSE explorer_sources CONFIGURE_DEPENDS ${explorer}/src/*)
add_custom_command(
  OUTPUT ${explorer_packages}
  COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error
  DEPENDS ${explorer}/package.json ${explorer}/package-lock.json
  WORKING_DIRECTORY ${explorer} COMMENT "Installing the explorer's packages")
add_custom_command(
  OUTPUT ${explorer_page}
  COMMAND ${NODE} build.mjs ${PROJECT_BINARY_DIR}/explorer
  DEPENDS ${explorer_packages} ${explorer_sources} ${explorer}/build.mjs
  WORKING_DIRECTORY ${explorer} COMMENT "Bundling the explorer's pages")
# The texts are longer than ISO C++ demands of compilers.
set_source_files_properties(${explorer_page} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
