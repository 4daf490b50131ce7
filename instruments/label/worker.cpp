#include "instruments/label/worker.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "instruments/label/frame.hpp"
#include "instruments/label/header.hpp"
#include "instruments/label/process.hpp"
#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

// The worker may have been taken over by the picture it read: what it gives is looked at like any other file.
bool is_thumbnail(BytesView file) {
  const auto header = check_image(file);
  return file.size() <= thumbnail_bytes_max && header && header->kind == ImageKind::jpeg && !header->truncated &&
         header->width <= thumbnail_side_max && header->height <= thumbnail_side_max;
}

}  // namespace

struct Worker::Slot {
  std::optional<Process> process;
  bool is_taken = false;
};

Worker::Worker(WorkerOptions options) : options_(std::move(options)) {
  LAB_CHECK(options_.processes >= 1);
  for (std::size_t i = 0; i < options_.processes; ++i) slots_.push_back(std::make_unique<Slot>());
}

Worker::~Worker() = default;

LabelReading Worker::read(BytesView file) {
  const auto start = std::chrono::steady_clock::now();
  const auto since_start = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  };
  if (auto header = check_image(file); !header) return unreadable(Cause::refused, std::move(header).error().message);
  Slot& slot = take_slot();
  auto answer = ask(slot, encode_request({.budget = options_.budget, .file = file}));
  auto decoded = answer ? decode_answer(*answer) : Result<LabelReading>{std::move(answer).error()};
  // After a broken answer nobody knows where the next one begins.
  LabelReading reading = decoded ? *std::move(decoded) : give_up(slot, Cause::broken_answer);
  give_back(slot);
  reading.took = since_start();
  return reading;
}

std::optional<Bytes> Worker::thumbnail(BytesView file) {
  if (!check_image(file)) return std::nullopt;
  Slot& slot = take_slot();
  auto answer = ask(slot, encode_request({.task = WorkerTask::thumbnail, .file = file}));
  const bool good = answer && is_thumbnail(*answer);
  // No picture at all is an honest answer; any other that is none says that the process is out of step.
  if (answer && !good && !answer->empty()) give_up(slot, Cause::broken_answer);
  give_back(slot);
  return good ? std::optional{*std::move(answer)} : std::nullopt;
}

Worker::Answer Worker::ask(Slot& slot, BytesView request) {
  // One that died while it had nothing to do is no fault of this picture.
  if (!slot.process || !slot.process->is_alive()) {
    std::vector<std::string> command{options_.program};
    command.insert(command.end(), options_.arguments.begin(), options_.arguments.end());
    auto started = Process::start(command);
    if (!started) {
      return tl::unexpected(unreadable(
          Cause::no_worker,
          fmt::format("识读程序无法启动（{}），请联系系统管理员，样品编号可手工录入", to_text(started.error()))));
    }
    slot.process = std::move(*started);
    const std::lock_guard lock{mutex_};
    ++counters_.started;
  }
  return converse(slot, to_frame(request));
}

Worker::Answer Worker::converse(Slot& slot, BytesView frame) {
  const auto deadline = std::chrono::steady_clock::now() + options_.timeout;
  const auto cause_of = [](Transfer transfer) {
    return transfer == Transfer::timed_out ? Cause::timed_out : Cause::crashed;
  };
  if (const auto sent = slot.process->send(frame, deadline); sent != Transfer::done) {
    return tl::unexpected(give_up(slot, cause_of(sent)));
  }
  Bytes header;
  if (const auto got = slot.process->receive(frame_header_bytes, header, deadline); got != Transfer::done) {
    return tl::unexpected(give_up(slot, cause_of(got)));
  }
  const auto length = payload_length(header, answer_bytes_max);
  if (!length) return tl::unexpected(give_up(slot, Cause::broken_answer));
  Bytes payload;
  if (const auto got = slot.process->receive(*length, payload, deadline); got != Transfer::done) {
    return tl::unexpected(give_up(slot, cause_of(got)));
  }
  return payload;
}

LabelReading Worker::give_up(Slot& slot, Cause cause) {
  const std::string end = slot.process->end();
  slot.process.reset();
  const std::lock_guard lock{mutex_};
  if (cause == Cause::timed_out) {
    ++counters_.timed_out;
    return unreadable(cause, "识读超时，已停止；请靠近标签重拍，或手工录入样品编号");
  }
  if (cause == Cause::broken_answer) {
    ++counters_.broken;
    return unreadable(cause, "识读程序的回答无法理解，已重新启动；请重拍，或手工录入样品编号");
  }
  ++counters_.crashed;
  return unreadable(cause,
                    fmt::format("识读程序在这张照片上异常退出（{}），已重新启动；请重拍，或手工录入样品编号", end));
}

Worker::Slot& Worker::take_slot() {
  std::unique_lock lock{mutex_};
  Slot* free = nullptr;
  slot_is_free_.wait(lock, [&] {
    const auto found = std::ranges::find_if(slots_, [](const auto& slot) { return !slot->is_taken; });
    if (found != slots_.end()) free = found->get();
    return free != nullptr;
  });
  free->is_taken = true;
  return *free;
}

void Worker::give_back(Slot& slot) {
  {
    const std::lock_guard lock{mutex_};
    slot.is_taken = false;
  }
  slot_is_free_.notify_one();
}

WorkerCounters Worker::counters() const {
  const std::lock_guard lock{mutex_};
  return counters_;
}

std::string worker_beside_this_program() {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return (self.parent_path() / "qlims-label-worker").string();
}

}  // namespace lab::label
