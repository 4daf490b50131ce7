# The browser's pages, built by Vite and packed into the program that serves them.
#
# QLIMS_WEB  ON    build them; node 18.20 or newer and npm must be there
#            OFF   the program serves one page that says they are missing
#            AUTO  ON where node and npm are found
#
# All presets share build/web: the pages are the same for each of them.

set(QLIMS_WEB AUTO CACHE STRING "Build the browser's pages: ON, OFF or AUTO")
set_property(CACHE QLIMS_WEB PROPERTY STRINGS AUTO ON OFF)

find_program(QLIMS_NODE node)
find_program(QLIMS_NPM npm)
mark_as_advanced(QLIMS_NODE QLIMS_NPM)

set(web_why "")
if(QLIMS_NODE AND QLIMS_NPM)
  execute_process(COMMAND ${QLIMS_NODE} --version OUTPUT_VARIABLE web_node_version OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX REPLACE "^v" "" web_node_version "${web_node_version}")
  if(web_node_version VERSION_LESS 18.20)
    set(web_why "node ${web_node_version} is too old, 18.20 is needed")
  endif()
else()
  set(web_why "node or npm was not found")
endif()

if(NOT QLIMS_WEB STREQUAL "AUTO" AND NOT QLIMS_WEB)
  set(web_build FALSE)
elseif(web_why STREQUAL "")
  set(web_build TRUE)
elseif(QLIMS_WEB STREQUAL "AUTO")
  message(STATUS "The browser's pages are not built: ${web_why}")
  set(web_build FALSE)
else()
  message(FATAL_ERROR "QLIMS_WEB is ${QLIMS_WEB}, but ${web_why}; install nodejs and npm, or use -DQLIMS_WEB=OFF")
endif()

if(web_build)
  enable_language(ASM)
  # Two pages of one workspace would fetch its packages at the same time.
  set_property(GLOBAL APPEND PROPERTY JOB_POOLS web=1)
endif()

# web_pages(desk node_desk_pages): a library with desk_pages(), in the namespace and declared by the header that
# web/desk/package.json names.
function(web_pages page target)
  set(out ${CMAKE_SOURCE_DIR}/build/web)
  file(READ ${CMAKE_SOURCE_DIR}/web/${page}/package.json described)
  string(JSON header GET "${described}" qlims header)
  string(JSON namespace GET "${described}" qlims namespace)
  if(web_build)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS
      ${CMAKE_SOURCE_DIR}/web/kit/src/* ${CMAKE_SOURCE_DIR}/web/${page}/src/* ${CMAKE_SOURCE_DIR}/web/${page}/public/*)
    list(APPEND sources ${CMAKE_SOURCE_DIR}/web/build.mjs ${CMAKE_SOURCE_DIR}/web/package-lock.json
      ${CMAKE_SOURCE_DIR}/web/${page}/index.html ${CMAKE_SOURCE_DIR}/web/${page}/vite.config.ts)
    set(made ${out}/${page}.pack/pages.cpp ${out}/${page}.pack/pages.S)
    # The stamp is this build's own, so that another preset's output does not look stale here.
    add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/web_${page}.stamp BYPRODUCTS ${made} JOB_POOL web
      COMMAND ${QLIMS_NODE} ${CMAKE_SOURCE_DIR}/web/build.mjs ${page} ${out}
      COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/web_${page}.stamp
      DEPENDS ${sources} COMMENT "Building the page ${page}" VERBATIM)
    add_custom_target(web_${page} DEPENDS ${CMAKE_BINARY_DIR}/web_${page}.stamp)
    add_library(${target} STATIC ${made})
    set_source_files_properties(${made} PROPERTIES GENERATED TRUE)
    # The assembler includes files that its dependency scan does not see.
    set_source_files_properties(${out}/${page}.pack/pages.S PROPERTIES OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/web_${page}.stamp)
    add_dependencies(${target} web_${page})
  else()
    set(none ${CMAKE_BINARY_DIR}/web_${page}_none.cpp)
    file(CONFIGURE OUTPUT ${none} @ONLY CONTENT "#include \"${header}\"
std::span<const lab::http::PackedFile> ${namespace}::${page}_pages() { return {}; }
")
    add_library(${target} STATIC ${none})
  endif()
  target_link_libraries(${target} PRIVATE lab_options protocol_http)
endfunction()
