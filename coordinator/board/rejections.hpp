#pragma once
// A file of rows that was refused, as the person who sent it sees it. Private to this folder.

#include <string>
#include <string_view>
#include <vector>

#include "coordinator/board/request.hpp"
#include "coordinator/planning/table.hpp"

namespace lab::board {

/// 422 with the first complaints, how many there are, and the user's own file with its column 错误.
http::Response rejection(std::string_view code, std::string detail, const std::string& sheet,
                         const std::vector<planning::Complaint>& complaints, const Bytes& error_file);

}  // namespace lab::board
