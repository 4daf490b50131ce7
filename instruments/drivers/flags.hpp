#pragma once
// Words that drivers add to Observation::flags beside the ones the instrument itself reports.

#include <string_view>

namespace lab::drivers {

/// The value belongs to a qualifier ion: evidence for its compound, not a result of its own.
inline constexpr std::string_view flag_qualifier = "qualifier";
/// The value is a detector response (peak area or height), not a concentration. It must never be judged.
inline constexpr std::string_view flag_response = "response";
/// The capture ends inside this value's row without a line end, so nothing proves that all its digits are there.
inline constexpr std::string_view flag_unterminated = "unterminated";
/// The peak was integrated by hand.
inline constexpr std::string_view flag_manual_integration = "manual-integration";
/// Prefix of the retention time as given, "RT=3.422": evidence of identity, not a warning.
inline constexpr std::string_view flag_retention_time = "RT=";
/// Prefix of a result status that is not final, "status=P" (E1394 field R-9, HL7 field OBX-11). It must not be judged.
inline constexpr std::string_view flag_status = "status=";
/// Final, and the instrument says that it corrects one it sent before (E1394 R-9 and HL7 OBX-11: "C").
inline constexpr std::string_view flag_corrected = "corrected";
/// Final, and the operator of the instrument has verified it (E1394 R-9: "V").
inline constexpr std::string_view flag_operator_verified = "operator-verified";
/// The sample id was taken from the instrument's own specimen field (E1394 field O-4) because O-3 is empty.
inline constexpr std::string_view flag_instrument_specimen_id = "sample-id-from-O-4";
/// The sample id was taken from the placer's order number (HL7 field OBR-2) because SPM-2 and OBR-3 are empty.
inline constexpr std::string_view flag_sample_from_placer = "sample-id-from-OBR-2";
/// Prefix of the code of an analyte that is reported by its name, "code=10368-9" (HL7 field OBX-3).
inline constexpr std::string_view flag_code = "code=";
/// Prefix of what tells several results of one test apart, "sub-id=2" (HL7 field OBX-4).
inline constexpr std::string_view flag_sub_id = "sub-id=";
/// The value stands for a whole spectrum or chromatogram. Always together with `response`: it must never be judged.
inline constexpr std::string_view flag_spectrum = "spectrum";
/// The sample id is the name of the file, because the format has no place for it.
inline constexpr std::string_view flag_sample_from_file = "sample-id-from-file-name";

/// Prefix of the time as the instrument wrote it, "time=3/4/2026 8:00", when Observation::time has another form.
inline constexpr std::string_view flag_time = "time=";

}  // namespace lab::drivers
