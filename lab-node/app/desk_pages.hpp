#pragma once
// The files of the desk, built from web/desk and packed by cmake/WebPages.cmake.

#include <span>

#include "protocol/http/pages.hpp"

namespace lab::node::app {

/// Empty in a program that was built without them (QLIMS_WEB=OFF).
std::span<const http::PackedFile> desk_pages();

}  // namespace lab::node::app
