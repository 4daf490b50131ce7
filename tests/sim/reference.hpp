#pragma once
// A reference set of one panel: leaf vegetables, lead and chlorpyrifos. What is drawn from shares has a lot number.

#include <cstdint>
#include <vector>

#include "protocol/rules/reference_set.hpp"

namespace lab::sim {

/// Programme whose shares are held in escrow, and how many samples each of its cells has.
constexpr const char* escrow_programme = "TGY";
constexpr std::uint32_t escrow_quota = 3;

inline std::vector<rules::ReferenceFile> small_reference() {
  return {{"limits.csv",
           "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to,source,"
           "confidence,note\n"
           "铅,lead,叶菜类蔬菜,<=,0.3,mg/kg,GB 2762-2012,4.1,2013-06-01,,t,A,\n"
           "毒死蜱,chlorpyrifos,叶菜类蔬菜,<=,0.1,mg/kg,GB 2763-2012,4.2,2013-03-01,,t,A,\n"},
          {"categories.csv", "code,name_zh,parent\nV,蔬菜,\nV1,叶菜类蔬菜,V\n"},
          {"analytes.csv", "name_zh,name_en,cas,group\n铅,lead,7439-92-1,x\n毒死蜱,chlorpyrifos,2921-88-2,x\n"},
          {"panels.csv",
           "panel,panel_name,analyte,method,unit,lod,loq,reference_only,definition,factor,non_detects,total_of,"
           "confirmations\n"
           "VEG,蔬菜,铅,GB 5009.12,mg/kg,0.005,0.02,0,,,,,\n"
           "VEG,蔬菜,毒死蜱,NY/T 761,mg/kg,0.01,0.03,0,,,,,\n"},
          {"sampling_fields.csv",
           "code,section,name_zh,name_en,kind,choices,programmes,required,keeper\n"
           "lot_number,sample,批号,Lot number,text,,TGY,,node\n"}};
}

}  // namespace lab::sim
