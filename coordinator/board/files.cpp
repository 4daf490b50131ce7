#include "coordinator/board/files.hpp"

#include <fmt/format.h>

#include "protocol/http/url.hpp"

namespace lab::board {

Result<Charset> encoding_in(const http::Request& request) {
  const std::string name = text_in(request, "encoding");
  if (name.empty() || name == "utf-8") return Charset::utf8;
  if (name == "utf-8-bom") return Charset::utf8_bom;
  if (name == "gb18030") return Charset::gb18030;
  return fail(ErrorCode::malformed, "应为 utf-8、utf-8-bom 或 gb18030", "encoding");
}

http::Response file_answer(Bytes content, std::string_view type, std::string_view name) {
  http::Response response{.status = 200, .content_type = std::string{type}, .body = std::move(content), .headers = {}};
  // The plain name is for programs that do not know the other form (RFC 6266).
  const std::size_t point = name.rfind('.');
  const std::string_view ending = point == std::string_view::npos ? "" : name.substr(point);
  response.headers["content-disposition"] =
      fmt::format("attachment; filename=\"qlims{}\"; filename*=UTF-8''{}", ending, http::url_encode(name));
  return response;
}

http::Response text_file(std::string_view utf8, Charset charset, std::string_view name) {
  auto content = encode_text(utf8, charset);
  if (!content) return problem_of(content.error());
  const char* type = charset == Charset::gb18030 ? "text/csv; charset=gb18030" : "text/csv; charset=utf-8";
  return file_answer(*std::move(content), type, name);
}

}  // namespace lab::board
