#include "lab-node/app/profile_folder.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "protocol/service/secret_file.hpp"

namespace lab::node::app {
namespace {

namespace fs = std::filesystem;

Result<void> add_file(const fs::path& file, profiles::Library& library) {
  const auto text = service::read_file(file);
  if (!text) return fail(ErrorCode::not_found, "the profile cannot be read; check its rights", file.string());
  auto added = library.add(*text);
  if (!added) return fail(added.error().code, added.error().message, file.string() + ": " + added.error().where);
  return {};
}

}  // namespace

Result<profiles::Library> load_profiles(const fs::path& folder) {
  profiles::Library library = profiles::built_in();
  if (folder.empty()) return library;
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  if (error) return fail(ErrorCode::not_found, "the folder of profiles cannot be read", folder.string());
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    if (auto added = add_file(file, library); !added) return fail(std::move(added));
  }
  return library;
}

}  // namespace lab::node::app
