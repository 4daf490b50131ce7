#include "instruments/drivers/spectrum_files.hpp"

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/text.hpp"

namespace lab::drivers {
namespace {

constexpr std::size_t window = 4096;  // an XML declaration, comments and the first element fit in it

// The name of the first element, without its prefix.
std::string_view root_element(std::string_view xml) {
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const std::string_view tag = xml.substr(at + 1, xml.find_first_of(" \t\r\n/>", at + 1) - at - 1);
    if (tag.empty() || tag.front() == '?' || tag.front() == '!') continue;
    const std::size_t colon = tag.find(':');
    return colon == std::string_view::npos ? tag : tag.substr(colon + 1);
  }
  return {};
}

}  // namespace

bool looks_like_andi(BytesView capture) {
  const bool classic = capture.size() > 4 && capture.starts_with("CDF") && capture[3] >= '\x01' && capture[3] <= '\x05';
  return classic || capture.starts_with("\x89HDF\r\n\x1A\n");
}

bool looks_like_animl(BytesView capture) {
  BytesView head = capture.substr(0, window);
  if (head.find('<') == BytesView::npos) return false;
  if (head.size() < capture.size()) head = head.substr(0, head.rfind('>') + 1);  // not inside a character
  const auto text = decode_instrument_text(head);
  if (!text) return false;
  const std::string_view root = root_element(text->utf8);
  return root == "AnIML" || root == "GAML";
}

model::Decoding refuse_andi(BytesView capture) {
  return refuse(andi_profile, capture.size(),
                "这是 ANDI/AIA 色谱图文件（netCDF，ASTM E1947），只存谱图，没有可判定的含量；"
                "请在工作站中把定量结果表导出为 CSV 或文本");
}

model::Decoding refuse_animl(BytesView capture) {
  return refuse(animl_profile, capture.size(),
                "这是 AnIML 或 GAML 谱图档案（XML），本系统不从中取结果；"
                "请在工作站中把定量结果表导出为 CSV 或文本，谱图可另存为 JCAMP-DX");
}

}  // namespace lab::drivers
