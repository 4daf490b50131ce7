#pragma once
// The conversation with the worker process: one request, one answer, each in a frame. Pure: no descriptors here.
//   frame    u32 payload length, payload                         (all numbers little-endian)
//   request  u8 task (0: read it, 1: make a thumbnail), u32 budget in ms, the file
//   answer   u8 version = 2, u32 ms, u8 cause (255: readable), text reason, text reader, text number,
//            u8 agreement of the printed number (255: not looked for), text of it,
//            u8 count + flags, u8 count + codes (text symbology, text text, u8 is sample)
//   text     u32 length, UTF-8
// The answer to a request for a thumbnail is a JPEG file, or nothing when none could be made.
// The worker may have been taken over by the picture it read: an answer is checked like anything else from outside.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "instruments/label/reading.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

constexpr std::size_t frame_header_bytes = 4;
constexpr std::size_t request_bytes_max = (12u << 20) + 5;  // the largest file (header.hpp), the task and the budget
constexpr std::size_t answer_bytes_max = 1u << 20;          // 64 codes of at most 4,096 octets, and room

enum class WorkerTask : std::uint8_t { read, thumbnail };

struct Request {
  WorkerTask task = WorkerTask::read;
  std::chrono::milliseconds budget{};
  BytesView file;  // borrowed from the payload
};

/// A payload with its length in front. Precondition: payload below 4 GiB.
Bytes to_frame(BytesView payload);
/// The payload length a frame's first four octets announce; nothing when it is above `limit`.
std::optional<std::size_t> payload_length(BytesView frame_header, std::size_t limit);

Bytes encode_request(const Request& request);
/// Malformed when it is shorter than its fixed part, or asks for something unknown.
Result<Request> decode_request(BytesView payload);

/// What does not fit the limits of an answer (codes, lengths) is a broken precondition.
Bytes encode_answer(const LabelReading& reading);
/// Malformed unless every octet is accounted for, every text is UTF-8, every enumerator known, the number well formed
/// and carried by one of the codes, the printed number and its flag what that number makes of them, and codes and
/// `unreadable` exclude each other.
Result<LabelReading> decode_answer(BytesView payload);

}  // namespace lab::label
