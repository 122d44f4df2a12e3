# Debian 12's packages, as imported (so SYSTEM) targets. Which room may use which is checked by tests/tidy_test.py.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(fmt REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # What is shipped holds its C++ libraries: the agent's process is a fifth smaller (docs/decisions/0008). Debian has
    # fmt as a shared library only, so its functions that are no templates are compiled here.
    set(Boost_USE_STATIC_LIBS ON)
    add_library(assay_fmt STATIC cmake/fmt.cpp)
else()
    add_library(assay_fmt INTERFACE)
    target_link_libraries(assay_fmt INTERFACE fmt::fmt)
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS json)  # Boost::json; Boost::headers carries Asio and Beast
if(NOT TARGET Boost::json)
    find_package(boost_json 1.81 REQUIRED CONFIG)
endif()

pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(LIBUSB REQUIRED IMPORTED_TARGET libusb-1.0)
pkg_check_modules(LIBUDEV REQUIRED IMPORTED_TARGET libudev)
pkg_check_modules(LIBLZMA REQUIRED IMPORTED_TARGET liblzma)
pkg_check_modules(LIBMNL REQUIRED IMPORTED_TARGET libmnl)
pkg_check_modules(LIBZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(TSS2_ESYS REQUIRED IMPORTED_TARGET tss2-esys tss2-mu tss2-rc tss2-tctildr)
