# One folder = one target = one namespace. A folder says what it is made of and what it may use; everything else is here.

find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)

add_library(lab_options INTERFACE)
target_include_directories(lab_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(lab_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer)
target_compile_definitions(lab_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_libraries(lab_options INTERFACE fmt::fmt tl::expected)
# g++ 12 at -O2 reports overlapping copies inside std::string's own insert and assign of a literal (its bug 105651).
target_compile_options(lab_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
find_program(QLIMS_LLD ld.lld)
if(QLIMS_LLD)
  target_link_options(lab_options INTERFACE -fuse-ld=lld)  # 190 programs, each in a third of the time
endif()
# What a program does not call it does not load: the libraries that read pictures bring a hundred others with them.
target_link_options(lab_options INTERFACE -Wl,--as-needed)
if(QLIMS_SANITIZE)
  target_compile_options(lab_options INTERFACE -fsanitize=${QLIMS_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(lab_options INTERFACE -fsanitize=${QLIMS_SANITIZE})
endif()
if(QLIMS_SANITIZE MATCHES "address")
  add_library(lab_lsan_suppressions OBJECT ${CMAKE_SOURCE_DIR}/cmake/lsan_suppressions.cpp)
  set(lab_sanitizer lab_lsan_suppressions)
  # At a fixed address nothing has to be relocated: a program has two million such places with the sanitizer's tables, and
  # took 1.0 s to start instead of 0.6 (--version of qlims).
  target_link_options(lab_options INTERFACE -no-pie)
endif()
if(QLIMS_SANITIZE STREQUAL "thread")
  target_compile_options(lab_options INTERFACE -Wno-tsan)  # Asio's fences, which the sanitizer does not see
endif()

# Whole builds that nobody edits in: reading the same headers again for each file is half of their time. All that
# share one need equal options, so folders with options of their own do without (DISABLE_PRECOMPILE_HEADERS).
function(lab_precompiled name header)
  add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  target_link_libraries(${name} PRIVATE lab_options ${ARGN})
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
  # The path of the tree is in it. A compiler's cache looks at this sum instead (CCACHE_PCH_EXTSUM), and so finds in one
  # clone what it has compiled in another.
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/${header})
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -E -P -I${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/cmake/${header}
    OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(SHA256 sum "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS_DEBUG} ${QLIMS_SANITIZE} ${text}")
  set(extension gch)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(extension pch)
    target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
  set(compiled ${CMAKE_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx.${extension})
  file(WRITE ${compiled}.sum ${sum})
  set_target_properties(${name} PROPERTIES LAB_COMPILED ${compiled})
endfunction()
# Not by REUSE_FROM, which names it with its whole path where a compiler's cache cannot shorten it. Both compilers look
# beside an included file for what was compiled of it.
function(lab_use_precompiled target name)
  if(QLIMS_PRECOMPILED)
    set(wanted $<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:$<BOOL:$<TARGET_PROPERTY:DISABLE_PRECOMPILE_HEADERS>>>>)
    target_compile_options(${target} PRIVATE
      "$<${wanted}:SHELL:-include ${CMAKE_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx>")
    # A dependency on the target alone would order linking only: g++ could read the header while it is being written.
    get_target_property(compiled ${name} LAB_COMPILED)
    get_target_property(sources ${target} SOURCES)
    set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS ${compiled})
  endif()
endfunction()
if(QLIMS_PRECOMPILED)
  target_compile_options(lab_options INTERFACE -pthread)  # some libraries ask for it
  lab_precompiled(lab_precompiled precompiled.hpp)
  lab_precompiled(lab_precompiled_hot precompiled.hpp)
  target_compile_options(lab_precompiled_hot PRIVATE -O1)
  find_package(GTest REQUIRED)
  lab_precompiled(lab_precompiled_test precompiled_test.hpp GTest::gtest GTest::gmock)
endif()

# Tests with the label `threads`: what the thread sanitizer runs. With the label `slow`: what takes minutes, or does less
# under a sanitizer; those run in the development build, all others under the address sanitizer.
add_custom_target(threaded_tests)
add_custom_target(slow_tests)

if(QLIMS_FUZZ)
  # Every library reports its coverage to the fuzzer; only the fuzz programs themselves bring the fuzzer's main.
  target_compile_options(lab_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(lab_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# lab_library(protocol_base HOT SOURCES a.cpp HEADERS a.hpp USES other_targets... PRIVATE_USES foreign_targets...)
# HEADERS are a file set, so that `all_verify_interface_header_sets` compiles each one alone.
# HOT: where tests and fuzzers spend their time. Sanitized builds optimise these folders, and no others: that is what
# makes the tests several times faster, and everything else several times slower to compile (decision 0063).
function(lab_library name)
  cmake_parse_arguments(arg "HOT" "" "SOURCES;HEADERS;USES;PRIVATE_USES" ${ARGN})
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    if(arg_HOT AND QLIMS_PRECOMPILED)
      lab_use_precompiled(${name} lab_precompiled_hot)
      target_compile_options(${name} PRIVATE -O1)
      # Behind a precompiled header g++ 12 no longer knows a system's header as one, and reports what std::string does
      # within itself. Builds without one say nothing of the same lines.
      target_compile_options(${name} PRIVATE
        "$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>")
    else()
      lab_use_precompiled(${name} lab_precompiled)
    endif()
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${arg_HEADERS})
  target_link_libraries(${name} ${scope} lab_options ${arg_USES})
  if(arg_PRIVATE_USES)
    target_link_libraries(${name} PRIVATE ${arg_PRIVATE_USES})
  endif()
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# lab_program(qlims SOURCES main.cpp USES targets...)
function(lab_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  lab_use_precompiled(${name} lab_precompiled)
  target_link_libraries(${name} PRIVATE lab_options ${lab_sanitizer} ${arg_USES})
endfunction()

# lab_test(protocol_base_test SOURCES decimal_test.cpp USES protocol_base)
# tests/where.hpp says where the tree is: tests read reference tables and, when present, the shared corpus beside it.
configure_file(${CMAKE_SOURCE_DIR}/cmake/where.hpp.in ${CMAKE_BINARY_DIR}/generated/tests/where.hpp @ONLY)
# PARTS: into how many runs a sanitized program is divided whose tests would keep one core busy long after all others.
# HOT: as for libraries, where what a test itself calculates takes the time.
function(lab_test name)
  cmake_parse_arguments(arg "HOT" "TIMEOUT;PARTS" "SOURCES;USES;LABELS" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${arg_SOURCES})
  if(arg_HOT AND QLIMS_PRECOMPILED)
    target_compile_options(${name} PRIVATE -O1)
  else()
    lab_use_precompiled(${name} lab_precompiled_test)
  endif()
  target_link_libraries(${name} PRIVATE lab_options ${lab_sanitizer} ${arg_USES} GTest::gtest GTest::gmock GTest::gtest_main)
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(threaded_tests ${name})
  endif()
  if("slow" IN_LIST arg_LABELS)
    add_dependencies(slow_tests ${name})
  endif()
  if(QLIMS_SANITIZE)
    # A sanitized program takes long to start: once for all of its tests, not once for each.
    if(NOT arg_PARTS)
      add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
      set_tests_properties(${name} PROPERTIES TIMEOUT 1200 LABELS "${arg_LABELS}")
      return()
    endif()
    foreach(part RANGE 1 ${arg_PARTS})
      math(EXPR index "${part} - 1")
      add_test(NAME ${name}.${part} COMMAND ${name} --gtest_brief=1)
      set_tests_properties(${name}.${part} PROPERTIES TIMEOUT 1200 COST 100 LABELS "${arg_LABELS}"
        ENVIRONMENT "GTEST_TOTAL_SHARDS=${arg_PARTS};GTEST_SHARD_INDEX=${index}")
    endforeach()
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  # What takes minutes begins first, or the last of it runs alone on one core.
  set(cost 0)
  if("slow" IN_LIST arg_LABELS)
    set(cost 100)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${arg_TIMEOUT} COST ${cost} LABELS "${arg_LABELS}")
endfunction()

# lab_slow_campaign(sim_test): a program of no gtest whose run is a test. Under a sanitizer it does less, or is not there.
function(lab_slow_campaign test program)
  add_dependencies(slow_tests ${program})
  if(NOT QLIMS_SANITIZE)
    set_tests_properties(${test} PROPERTIES LABELS slow)
  endif()
endfunction()
