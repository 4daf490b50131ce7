#include "instruments/label/print/print.hpp"

#include <fmt/format.h>

#include "instruments/label/print/draw.hpp"
#include "instruments/label/print/pdf.hpp"
#include "instruments/label/print/png.hpp"
#include "instruments/label/print/printer_languages.hpp"
#include "instruments/label/print/proof.hpp"
#include "protocol/base/check.hpp"

namespace lab::label {

Result<LabelBitmap> print_label(const LabelContent& content, const PrintOptions& options) {
  const Layout* layout = find_layout(options.layout);
  if (layout == nullptr) {
    return fail(ErrorCode::not_found, fmt::format("没有这种标签；可选 {}", layout_names()),
                std::string{options.layout});
  }
  if (options.dots_per_mm != dots_per_mm_203 && options.dots_per_mm != dots_per_mm_300) {
    return fail(ErrorCode::unsupported, "只能按 203 或 300 dpi 打印", std::to_string(options.dots_per_mm));
  }
  if (auto checked = check_content(content); !checked) return fail(std::move(checked));
  if (layout->blind) {
    if (auto checked = check_blindness(content); !checked) return fail(std::move(checked));
  }
  auto label = draw(content, *layout, options.dots_per_mm);
  if (!label) return label;
  const Codes codes{.qr = code_text(content.payload), .bars = layout->bars ? content.payload.number.text() : ""};
  if (auto proven = prove(*label, codes); !proven) return fail(std::move(proven));
  return label;
}

Result<Bytes> encode(std::span<const LabelBitmap> labels, PrintFormat format) {
  LAB_CHECK(!labels.empty());
  switch (format) {
    case PrintFormat::png:
      LAB_CHECK(labels.size() == 1);
      return encode_png(labels.front());
    case PrintFormat::pdf_sheet:
      return to_pdf_sheets(labels);
    case PrintFormat::pdf_roll:
      return to_pdf_roll(labels);
    case PrintFormat::zpl:
      return to_zpl(labels);
    case PrintFormat::tspl:
      return to_tspl(labels);
  }
  LAB_CHECK(false);
  return Bytes{};
}

std::optional<PrintFormat> parse_print_format(std::string_view name) {
  if (name == "png") return PrintFormat::png;
  if (name == "pdf") return PrintFormat::pdf_sheet;
  if (name == "zpl") return PrintFormat::zpl;
  if (name == "tspl") return PrintFormat::tspl;
  return std::nullopt;
}

Result<Bytes> render_png(const LabelContent& content, const PrintOptions& options) {
  const auto label = print_label(content, options);
  if (!label) return fail(Result<LabelBitmap>{label});
  return encode_png(*label);
}

}  // namespace lab::label
