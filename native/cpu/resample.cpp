// Weighted means of two places along a dimension, and the gradient. Bound by memory: compiled once.
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

struct Taps {
    int64_t count;
    const int32_t *first;
    const int32_t *second;
    const float *weights;  // of the second
};

int32_t check(int64_t outer, int64_t extent, int64_t inner, const Taps &taps, int64_t &given, int64_t &made)
{
    if (outer < 0 || extent < 0 || inner < 0 || taps.count < 0 || __builtin_mul_overflow(outer, inner, &given) ||
        __builtin_mul_overflow(given, taps.count, &made) || __builtin_mul_overflow(given, extent, &given)) {
        return GATUN_INVALID_SIZE;
    }
    if (taps.count > 0 && (taps.first == nullptr || taps.second == nullptr || taps.weights == nullptr)) {
        return GATUN_NULL_POINTER;
    }
    for (int64_t i = 0; i < taps.count; ++i) {
        if (taps.first[i] < 0 || taps.first[i] >= extent || taps.second[i] < 0 || taps.second[i] >= extent) {
            return GATUN_INVALID_INDEX;
        }
    }
    return GATUN_SUCCESS;
}

}  // namespace

extern "C" {

int32_t gatun_resample_forward(int64_t outer, int64_t extent, int64_t inner, int64_t count, const int32_t *first,
                               const int32_t *second, const float *weights, const float *src, float *dst)
{
    const Taps taps = {count, first, second, weights};
    int64_t given = 0;
    int64_t made = 0;
    int32_t status = check(outer, extent, inner, taps, given, made);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(given, src);
    }
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(made, dst);
    }
    if (status != GATUN_SUCCESS || made == 0) {
        return status;
    }
    gatun::parallel_split(made, [&](int64_t begin, int64_t end) {
        for (int64_t at = begin; at < end;) {
            const int64_t row = at / inner;  // (outer, count)
            const int64_t offset = at - row * inner;
            const int64_t run = inner - offset < end - at ? inner - offset : end - at;
            const int64_t tap = row % count;
            const float *image = src + row / count * extent * inner + offset;
            const float *a = image + first[tap] * inner;
            const float weight = weights[tap];
            if (weight == 0.0f) {  // not even an infinite neighbour has a part in it
                memcpy(dst + at, a, static_cast<size_t>(run) * sizeof(float));
            } else {
                const float *b = image + second[tap] * inner;
                for (int64_t k = 0; k < run; ++k) {
                    dst[at + k] = (1.0f - weight) * a[k] + weight * b[k];
                }
            }
            at += run;
        }
    });
    return GATUN_SUCCESS;
}

int32_t gatun_resample_backward(int64_t outer, int64_t extent, int64_t inner, int64_t count, const int32_t *first,
                                const int32_t *second, const float *weights, const float *diff, float *dst)
{
    const Taps taps = {count, first, second, weights};
    int64_t written = 0;
    int64_t added = 0;
    int32_t status = check(outer, extent, inner, taps, written, added);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(added, diff);
    }
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(written, dst);
    }
    if (status != GATUN_SUCCESS || written == 0) {
        return status;
    }
    // No two threads add to one element, and the order is that of the places.
    const int64_t work = added > written ? added : written;
    gatun::parallel_columns(outer, inner, work, [&](int64_t block, int64_t offset, int64_t width) {
        float *sums = dst + block * extent * inner + offset;
        for (int64_t row = 0; row < extent; ++row) {
            memset(sums + row * inner, 0, static_cast<size_t>(width) * sizeof(float));
        }
        const float *terms = diff + block * count * inner + offset;
        for (int64_t i = 0; i < count; ++i, terms += inner) {
            const float weight = weights[i];
            float *a = sums + first[i] * inner;
            for (int64_t k = 0; k < width; ++k) {
                a[k] += (1.0f - weight) * terms[k];
            }
            if (weight != 0.0f) {
                float *b = sums + second[i] * inner;
                for (int64_t k = 0; k < width; ++k) {
                    b[k] += weight * terms[k];
                }
            }
        }
    });
    return GATUN_SUCCESS;
}

}  // extern "C"
