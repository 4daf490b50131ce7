#pragma once
// The files of the browser's page: packed into the program, or taken from a folder while somebody works on them.

#include <filesystem>
#include <span>
#include <string_view>

#include "protocol/http/message.hpp"

namespace lab::http {

/// One file of the page as the build packs it. Plain views into the program itself.
struct PackedFile {
  std::string_view path;          // "/index.html", "/assets/index-4f2a.js"
  std::string_view content_type;  // "text/javascript; charset=utf-8"
  std::string_view gzip;          // the file as one gzip member
};

/// Answers GET and HEAD for the page's files. A path without a suffix is an address inside the page and gets
/// index.html, which is asked for again each time; what lies under /assets/ carries a hash in its name and is kept for
/// good. A client that does not take gzip gets the plain octets. Everything under /api is 404 `no_such_address`.
/// With no files at all every page is one that says so. `files` must outlive the handler.
Handler pages(std::span<const PackedFile> files);

/// The same from a folder that is read anew for each request, nothing of it kept by the browser. Names outside the
/// folder are 404, also by way of a link.
Handler pages_from(const std::filesystem::path& folder);

/// Whether an Accept-Encoding field allows gzip (RFC 9110, 12.5.3). A malformed entry allows nothing.
bool takes_gzip(std::string_view accept_encoding);

}  // namespace lab::http
