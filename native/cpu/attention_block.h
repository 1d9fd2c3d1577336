// What both passes of attention do with a block of scores. Included only by sources compiled with GATUN_ISA defined.
#ifndef GATUN_CPU_ATTENTION_BLOCK_H
#define GATUN_CPU_ATTENTION_BLOCK_H

#include <math.h>
#include <string.h>

#include "cpu/isa.h"
#include "cpu/random_words.h"
#include "cpu/sizes.h"
#include "cpu/vectors.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

constexpr int64_t panel = 2 * lanes;  // of the products' microkernel
static_assert(key_block % panel == 0, "blocks of keys are whole panels");

// e^x for x <= 88, within two units of its last place (Cephes' polynomial); below the smallest normal number 0.
GATUN_INLINE float exponential(float x)
{
    constexpr float least_argument = -87.3f;
    constexpr float rounding = 12582912.0f;  // 1.5 * 2^23: what is added to it becomes whole
    const float bounded = x < least_argument ? least_argument : x > 88.0f ? 88.0f : x;
    const float n = (bounded * 1.44269504f + rounding) - rounding;
    const float r = (bounded - n * 0.693359375f) - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    const float y = (p * r) * r + r + 1.0f;
    const uint32_t bits = (static_cast<uint32_t>(static_cast<int32_t>(n)) + 127u) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return x < least_argument ? 0.0f : y * power;
}

// Rows of a matrix as columns: target[c / panel][j][c % panel], with zeros beyond the width and the rows.
inline void pack_columns(const float *source, int64_t rows, int64_t width, int64_t padded_rows, float *target)
{
    for (int64_t c = 0; c < width; c += panel) {
        const int64_t count = least(panel, width - c);
        for (int64_t j = 0; j < padded_rows; ++j) {
            float *to = target + c * padded_rows + j * panel;
            memset(to, 0, panel * sizeof(float));
            if (j < rows) {
                memcpy(to, source + j * width + c, static_cast<size_t>(count) * sizeof(float));
            }
        }
    }
}

// The same transposed: target[j / panel][c][j % panel], with zeros beyond the rows.
inline void pack_transposed(const float *source, int64_t rows, int64_t width, float *target)
{
    for (int64_t j = 0; j < round_up(rows, panel); ++j) {
        float *to = target + j / panel * panel * width + j % panel;
        for (int64_t c = 0; c < width; ++c) {
            to[c * panel] = j < rows ? source[j * width + c] : 0.0f;
        }
    }
}

// The scores of one query with count keys from key j0 on, from their products; minus infinity where it sees none.
inline void finish_scores(const AttentionCall &call, int64_t batch, int64_t query, int64_t j0, int64_t count,
                          float *scores)
{
    const gatun_attention &a = call.shape;
    const float scale = static_cast<float>(a.scale);
    const int64_t seen = a.causal != 0 ? most(0, least(count, query + 1 - j0)) : count;
    if (call.mask == nullptr) {
        for (int64_t j = 0; j < seen; ++j) {
            scores[j] *= scale;
        }
    } else {
        const float *mask = call.mask + call.mask_offsets[batch] + query * a.mask_row + j0 * a.mask_column;
        for (int64_t j = 0; j < seen; ++j) {
            scores[j] = scores[j] * scale + mask[j * a.mask_column];
        }
    }
    for (int64_t j = seen; j < count; ++j) {
        scores[j] = -INFINITY;
    }
}

// factors (count): what dropout multiplies the weights of one query and count keys by.
inline void draw_factors(const AttentionCall &call, int64_t batch, int64_t query, int64_t j0, int64_t count,
                         float *factors)
{
    const gatun_attention &a = call.shape;
    const int64_t first = (batch * a.queries + query) * a.keys + j0;
    uint32_t random[random_count];
    for (int64_t done = 0; done < count;) {
        const int64_t skipped = (first + done) % words_per_counter;
        random_words(static_cast<uint64_t>((first + done) / words_per_counter), call.random_key, call.step, a.stream,
                     random);
        const int64_t run = least(random_count - skipped, count - done);
        for (int64_t j = 0; j < run; ++j) {
            factors[done + j] = random[skipped + j] >= call.threshold ? call.factor : 0.0f;
        }
        done += run;
    }
}

// How many keys some queries see.
inline int64_t seen_keys(const gatun_attention &a, int64_t query, int64_t rows)
{
    return a.causal != 0 ? least(a.keys, query + rows) : a.keys;
}

}  // namespace
}  // namespace GATUN_ISA
}  // namespace gatun

#endif
