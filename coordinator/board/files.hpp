#pragma once
// Answers that are files to be saved. Private to this folder.

#include <string>
#include <string_view>

#include "coordinator/board/request.hpp"
#include "protocol/base/charset.hpp"

namespace lab::board {

constexpr std::string_view workbook_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `encoding` of the question: utf-8 (when it is not given), utf-8-bom, which spreadsheets in China need to see that it
/// is UTF-8, or gb18030.
Result<Charset> encoding_in(const http::Request& request);

/// The text in that encoding, saved under `name`, which may be Chinese.
http::Response text_file(std::string_view utf8, Charset charset, std::string_view name);

/// Octets to be saved under `name`.
http::Response file_answer(Bytes content, std::string_view type, std::string_view name);

}  // namespace lab::board
