// One thread's run of dropout. The random words of 64 counters (256 elements) are made together.
#include "cpu/random_words.h"

namespace gatun {
namespace GATUN_ISA {

void dropout(int64_t first, int64_t count, const float *src, float *dst, uint32_t threshold, float factor,
             const uint32_t key[2], uint32_t step, uint32_t stream)
{
    uint32_t random[random_count];
    for (int64_t done = 0; done < count; done += random_count) {
        random_words(static_cast<uint64_t>(first + done) / words_per_counter, key, step, stream, random);
        const int64_t left = count - done;
        const int64_t run = left < random_count ? left : random_count;
        const float *in = src + done;
        float *out = dst + done;
#pragma omp simd
        for (int64_t i = 0; i < run; ++i) {
            const float kept = in[i] * factor;
            out[i] = random[i] >= threshold ? kept : 0.0f;
        }
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
