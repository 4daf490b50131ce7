#include "coordinator/board/rejections.hpp"

namespace lab::board {
using nlohmann::json;

namespace {
constexpr std::size_t errors_shown_max = 200;  // a person mends them in the returned file, which holds all of them
}

http::Response rejection(std::string_view code, std::string detail, const std::string& sheet,
                         const std::vector<planning::Complaint>& complaints, const Bytes& error_file) {
  json errors = json::array();
  for (const planning::Complaint& complaint : complaints) {
    if (errors.size() == errors_shown_max) break;
    errors.push_back({{"sheet", sheet},
                      {"row", complaint.line},
                      {"column", complaint.field},
                      {"value", complaint.value},
                      {"message", complaint.message}});
  }
  http::Response response = answer({{"status", 422},
                                    {"title", "Unprocessable Content"},
                                    {"code", code},
                                    {"detail", std::move(detail)},
                                    {"accepted", false},
                                    {"errors", std::move(errors)},
                                    {"error_count", complaints.size()},
                                    {"error_file", to_base64(error_file)}},
                                   422);
  response.content_type = "application/problem+json; charset=utf-8";
  return response;
}

}  // namespace lab::board
