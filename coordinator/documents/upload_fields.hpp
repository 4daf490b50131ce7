#pragma once
// What there is to upload of a counted sample, field by field. Private to this folder.

#include <string>
#include <string_view>

#include "coordinator/documents/counted_samples.hpp"
#include "coordinator/documents/item_results.hpp"
#include "coordinator/documents/names.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::documents {

/// What a field reads. `verdict` and `item` are null in rows of whole samples.
struct UploadSource {
  const journal::View& store;
  const Names& names;
  const CountedSample& sample;
  const coordinator::tables::SampledUnit& unit;  // empty when nobody has registered it, or it is not asked for
  const JudgedItems* verdict = nullptr;
  const ItemResult* item = nullptr;
};

struct UploadField {
  std::string_view name;
  std::string (*value)(const UploadSource& source);
  bool of_item = false;
  bool of_unit = false;  // says whom the sample was taken from
};

/// Null when there is none.
const UploadField* find_upload_field(std::string_view name);
/// All of them, for a message.
std::string upload_field_names();

}  // namespace lab::documents
