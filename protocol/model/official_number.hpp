#pragma once
// Numbers that other authorities print on sampling forms and seals. They carry no check character, so that a misread
// one cannot be told: such a number only ever finds a sample whose sampling form names it.

#include <optional>
#include <string>
#include <string_view>

namespace lab::model {

enum class OfficialForm {
  national,    // XBJ13510104463200017, with ZX behind it for a special inspection: 2 or 3 letters, year, region of six
               // digits, organisation of four, serial of five
  unlettered,  // the same without its letters: 17 digits
  provincial,  // SC1622590001: SC or GC, year, province, laboratory, entry channel and serial in four digits
};

/// Always well formed.
class OfficialNumber {
 public:
  /// Nothing unless `text` has one of the forms above, in capitals and without blanks.
  static std::optional<OfficialNumber> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] OfficialForm form() const { return form_; }
  bool operator==(const OfficialNumber&) const = default;

 private:
  OfficialNumber(std::string text, OfficialForm form) : text_(std::move(text)), form_(form) {}
  std::string text_;
  OfficialForm form_ = OfficialForm::national;
};

const char* name_of(OfficialForm form);

}  // namespace lab::model
