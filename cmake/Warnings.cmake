# What our own code compiles without. A warning is no error, since people have compilers that we have not seen;
# .ci/run stops at one.
function(tsimcne_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
endfunction()
