# Everything that is compiled links assay_options.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

add_library(assay_options INTERFACE)
target_include_directories(assay_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(assay_options INTERFACE ASSAY_VERSION="${PROJECT_VERSION}" _GLIBCXX_ASSERTIONS)
target_compile_options(assay_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
    -Woverloaded-virtual -Wimplicit-fallthrough -Wno-missing-field-initializers
    $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast -Wduplicated-cond -Wlogical-op -Wsuggest-override>
    # libstdc++ 12's own stable_sort calls what libstdc++ 12 deprecates, and clang says so at its user.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
    -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection>
)
if(ASSAY_WERROR)
    target_compile_options(assay_options INTERFACE -Werror)
endif()
if(ASSAY_FUZZ)
    target_compile_options(assay_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ASSAY_SANITIZE)
    target_compile_options(assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE})
    # GCC's flow analysis takes instrumented code for uninitialised reads; the dev preset keeps these warnings.
    target_compile_options(assay_options INTERFACE
        $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized -Wno-maybe-uninitialized>)
    # ThreadSanitizer does not know fences; Asio needs none of its own where a loop has one thread.
    if(ASSAY_SANITIZE MATCHES thread)
        target_compile_definitions(assay_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    endif()
else()
    target_compile_options(assay_options INTERFACE -ftrivial-auto-var-init=zero)  # would hide bugs from sanitizers
endif()
if(NOT ASSAY_SANITIZE AND CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(assay_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
target_link_options(assay_options INTERFACE -pie -Wl,-z,relro,-z,now)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
