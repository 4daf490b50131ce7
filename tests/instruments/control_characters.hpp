#pragma once
// What both sides of an instrument's line say in one octet, as the octets that a test sends and expects.

#include "protocol/base/bytes.hpp"

namespace lab::control {

inline const Bytes enq = "\x05";
inline const Bytes eot = "\x04";
inline const Bytes ack = "\x06";
inline const Bytes nak = "\x15";

}  // namespace lab::control
