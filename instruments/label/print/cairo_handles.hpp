#pragma once
// Internal to this folder: what Cairo hands out is given back.

#include <cairo.h>
#include <memory>

#include "protocol/base/bytes.hpp"

namespace lab::label {

struct CairoRelease {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* pen) const { cairo_destroy(pen); }
};
template <class T>
using CairoHandle = std::unique_ptr<T, CairoRelease>;

/// Cairo's way of writing a file: `out` are the Bytes that it is added to.
inline cairo_status_t append_to_bytes(void* out, const unsigned char* data, unsigned int length) {
  static_cast<Bytes*>(out)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace lab::label
