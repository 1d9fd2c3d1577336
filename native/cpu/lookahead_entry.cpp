#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

extern "C" int32_t gatun_lookahead(int64_t elements, double rate, float *fast, float *slow)
{
    const int32_t status = gatun::check_buffers(elements, fast, slow);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (!(rate >= 0.0 && rate <= 1.0)) {
        return GATUN_INVALID_VALUE;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
        kernels.lookahead(end - begin, static_cast<float>(rate), fast + begin, slow + begin);
    });
    return GATUN_SUCCESS;
}
