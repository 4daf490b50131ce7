#pragma once
// The files of the board, built from web/board and packed by cmake/WebPages.cmake.

#include <span>

#include "protocol/http/pages.hpp"

namespace lab::coordinator::app {

/// Empty in a program that was built without them (QLIMS_WEB=OFF).
std::span<const http::PackedFile> board_pages();

}  // namespace lab::coordinator::app
