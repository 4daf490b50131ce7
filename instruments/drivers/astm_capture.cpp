#include "instruments/drivers/astm_capture.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>

#include "instruments/drivers/astm_frame.hpp"
#include "instruments/drivers/decoding.hpp"

namespace lab::drivers::astm {
namespace {

bool is_line_control(char c) {
  return c == enq || c == eot || c == ack || c == nak || c == '\r' || c == '\n' || c == '\0';
}

class Unwrapper {
 public:
  explicit Unwrapper(BytesView capture) : capture_(capture) {}

  Result<CaptureText> run() {
    while (at_ < capture_.size()) {
      if (capture_[at_] != stx) {
        read_between_frames();
      } else if (!read_frame_here()) {
        return fail(ErrorCode::malformed, "最后一帧不完整，请重新导出或重发", fmt::format("字节 {}", at_));
      }
    }
    return std::move(text_);
  }

 private:
  void read_between_frames() {
    const std::size_t begin = at_;
    if (is_line_control(capture_[at_])) {
      if (capture_[at_] == enq) start_again();
      ++at_;
      return;
    }
    while (at_ < capture_.size() && capture_[at_] != stx && !is_line_control(capture_[at_])) ++at_;
    remark(begin, at_ - begin, "已忽略帧以外的字节");
  }

  // False when the capture ends inside the frame.
  bool read_frame_here() {
    const auto mark = find_frame_mark(capture_, at_ + 1);
    if (!mark) return false;
    if (capture_[*mark] == stx) {
      remark(at_, *mark - at_, "已忽略没有收完的一帧");
      at_ = *mark;
      return true;
    }
    const std::size_t length = frame_length(*mark - at_);
    if (at_ + length > capture_.size()) return false;
    take(read_frame(capture_.substr(at_, length)), length);
    at_ += length;
    return true;
  }

  void take(const Frame& frame, std::size_t length) {
    if (frame.fault != FrameFault::none) return remark(at_, length, "已忽略校验和或帧号不对的一帧");
    if (last_number_ == frame.number) return remark(at_, length, "已忽略重复的一帧");
    if (last_number_ && frame.number != next_number(*last_number_)) {
      return remark(at_, length, "已忽略次序不对的一帧");
    }
    last_number_ = frame.number;
    text_.pieces.push_back({.text_offset = text_.octets.size(), .capture_offset = at_ + 2});
    text_.octets += frame.text;
    watch_.add(frame);
    if (!frame.ends_text) return;
    if (!text_.octets.ends_with('\r')) text_.octets += '\r';
    if (watch_.at_terminator()) {
      complete_ = text_.octets.size();
      complete_pieces_ = text_.pieces.size();
      watch_ = {};
    }
  }

  // ENQ: frame numbers start again, and what was not finished is sent again from its beginning.
  void start_again() {
    last_number_.reset();
    watch_ = {};
    if (text_.octets.size() == complete_) return;
    remark(text_.pieces[complete_pieces_].capture_offset, text_.octets.size() - complete_,
           "报文重新开始过，从第二次开始处采用");
    text_.octets.resize(complete_);
    text_.pieces.resize(complete_pieces_);
  }

  void remark(std::size_t offset, std::size_t octets, const char* message) {
    text_.uncovered += octets;
    if (text_.diagnostics.size() >= diagnostics_max) return;
    text_.diagnostics.push_back({.offset = offset, .where = fmt::format("字节 {}", offset), .message = message});
  }

  BytesView capture_;
  std::size_t at_ = 0;
  CaptureText text_;
  std::optional<int> last_number_;
  RecordWatch watch_;
  std::size_t complete_ = 0;  // octets and pieces of the text that belong to finished messages
  std::size_t complete_pieces_ = 0;
};

}  // namespace

Result<CaptureText> unwrap(BytesView capture) {
  if (capture.find(stx) != BytesView::npos) return Unwrapper{capture}.run();
  CaptureText text;
  text.octets = Bytes{capture};
  text.pieces.push_back({});
  return text;
}

std::size_t capture_offset(const CaptureText& text, std::size_t text_offset) {
  const auto behind = std::ranges::upper_bound(text.pieces, text_offset, {}, &Piece::text_offset);
  if (behind == text.pieces.begin()) return 0;
  const Piece& piece = *std::prev(behind);
  return piece.capture_offset + (text_offset - piece.text_offset);
}

}  // namespace lab::drivers::astm
