// One thread's run of Lookahead's synchronisation.
#include "common/wrappers.h"
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

void lookahead(int64_t count, float rate, float *__restrict fast, float *__restrict slow)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        lookahead_rule(rate, fast[i], slow[i]);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
