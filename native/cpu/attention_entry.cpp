#include <initializer_list>

#include "cpu/kernels.h"
#include "cpu/matrix.h"
#include "cpu/sizes.h"
#include "cpu/validate.h"

namespace {

using gatun::active_kernels;
using gatun::AttentionCall;
using gatun::AttentionKernels;

bool fits(int64_t a, int64_t b, int64_t c)
{
    int64_t product = 0;
    return !__builtin_mul_overflow(a, b, &product) && !__builtin_mul_overflow(product, c, &product) &&
           product <= INT64_MAX / 64;
}

int32_t check(const gatun_attention *a)
{
    if (a == nullptr) {
        return GATUN_NULL_POINTER;
    }
    for (const int64_t count : {a->batch, a->queries, a->keys, a->width, a->outputs}) {
        if (count < 1 || count > INT32_MAX) {
            return GATUN_INVALID_SIZE;
        }
    }
    const bool good = fits(a->batch, a->queries, a->keys) && fits(a->batch, a->queries, a->width) &&
                      fits(a->batch, a->queries, a->outputs) && fits(a->batch, a->keys, a->width) &&
                      fits(a->batch, a->keys, a->outputs);
    return !good ? GATUN_INVALID_SIZE : gatun::is_fraction(a->rate) ? GATUN_SUCCESS : GATUN_INVALID_VALUE;
}

int64_t floats(const gatun_attention &a, bool backward)
{
    const AttentionKernels &kernels = active_kernels().attention;
    return gatun::round_up(backward ? kernels.backward_floats(a) : kernels.forward_floats(a), 16);
}

// The batches that are left over when each thread has as many, which the backward pass cuts into parts.
int64_t shared_batches(const gatun_attention &a)
{
    return gatun::attention_parts(a) > 1 ? a.batch % omp_get_max_threads() : 0;
}

int64_t bytes(const gatun_attention &a, bool backward)
{
    const int64_t sums =
        backward ? shared_batches(a) * gatun::attention_parts(a) * active_kernels().attention.sums_floats(a) : 0;
    return (floats(a, backward) * omp_get_max_threads() + sums) * static_cast<int64_t>(sizeof(float));
}

AttentionCall call_of(const gatun_attention &a, const float *query, const float *key, const float *value,
                      const float *mask, const int64_t *mask_offsets, const gatun_random *random)
{
    AttentionCall call = {a, query, key, value, mask, mask_offsets, a.rate > 0.0, 0, 1.0f, {0, 0}, 0, nullptr,
                          nullptr, nullptr, nullptr, nullptr, nullptr};
    if (call.dropped) {
        call.threshold = static_cast<uint32_t>(a.rate * 4294967296.0);  // floor(rate * 2^32) < 2^32
        call.factor = static_cast<float>(1.0 / (1.0 - a.rate));
        call.random_key[0] = static_cast<uint32_t>(random->seed);
        call.random_key[1] = static_cast<uint32_t>(random->seed >> 32);
        call.step = static_cast<uint32_t>(random->step);
    }
    return call;
}

int32_t check_buffers(const gatun_attention *a, bool backward, std::initializer_list<const void *> buffers,
                      const float *mask, const int64_t *mask_offsets, const gatun_random *random,
                      int64_t workspace_bytes)
{
    const int32_t status = check(a);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    for (const void *buffer : buffers) {
        if (buffer == nullptr) {
            return GATUN_NULL_POINTER;
        }
    }
    if ((mask != nullptr && mask_offsets == nullptr) || (a->rate > 0.0 && random == nullptr)) {
        return GATUN_NULL_POINTER;
    }
    return workspace_bytes < bytes(*a, backward) ? GATUN_INVALID_SIZE : GATUN_SUCCESS;
}

}  // namespace

extern "C" int32_t gatun_attention_workspace(const gatun_attention *attention, int32_t backward, int64_t *workspace)
{
    const int32_t status = check(attention);
    if (status != GATUN_SUCCESS || workspace == nullptr) {
        return status != GATUN_SUCCESS ? status : GATUN_NULL_POINTER;
    }
    *workspace = bytes(*attention, backward != 0);
    return GATUN_SUCCESS;
}

extern "C" int32_t gatun_attention_forward(const gatun_attention *attention, const float *query, const float *key,
                                           const float *value, const float *mask, const int64_t *mask_offsets,
                                           const gatun_random *random, float *dst, float *log_sums, void *workspace,
                                           int64_t workspace_bytes)
{
    const int32_t status = check_buffers(attention, false, {query, key, value, dst, log_sums, workspace}, mask,
                                         mask_offsets, random, workspace_bytes);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun_attention &a = *attention;
    AttentionCall call = call_of(a, query, key, value, mask, mask_offsets, random);
    call.dst = dst;
    call.log_sums = log_sums;
    const int64_t share = floats(a, false);
    const int64_t items = a.batch * gatun::divide_up(a.queries, gatun::query_block);
    gatun::parallel_items(items, a.batch * a.queries * a.keys, [&](int64_t from, int64_t to) {
        active_kernels().attention.forward(call, from, to,
                                           static_cast<float *>(workspace) + omp_get_thread_num() * share);
    });
    return GATUN_SUCCESS;
}

extern "C" int32_t gatun_attention_backward(const gatun_attention *attention, const float *query, const float *key,
                                            const float *value, const float *mask, const int64_t *mask_offsets,
                                            const gatun_random *random, const float *dst, const float *log_sums,
                                            const float *diff_dst, float *diff_query, float *diff_key,
                                            float *diff_value, void *workspace, int64_t workspace_bytes)
{
    const int32_t status = check_buffers(
        attention, true, {query, key, value, dst, log_sums, diff_dst, diff_query, diff_key, diff_value, workspace},
        mask, mask_offsets, random, workspace_bytes);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun_attention &a = *attention;
    AttentionCall call = call_of(a, query, key, value, mask, mask_offsets, random);
    call.dst = const_cast<float *>(dst);  // read in this pass
    call.log_sums = const_cast<float *>(log_sums);
    call.diff_dst = diff_dst;
    call.diff_query = diff_query;
    call.diff_key = diff_key;
    call.diff_value = diff_value;
    const int64_t share = floats(a, true);
    const int64_t shared = shared_batches(a);
    const int64_t whole = a.batch - shared;
    const int64_t scores = a.queries * a.keys;
    float *const memory = static_cast<float *>(workspace);
    float *const sums = memory + omp_get_max_threads() * share;
    const AttentionKernels &kernels = active_kernels().attention;
    gatun::parallel_items(whole, whole * scores, [&](int64_t from, int64_t to) {
        kernels.backward(call, from, to, memory + omp_get_thread_num() * share);
    });
    gatun::parallel_items(shared * gatun::attention_parts(a), shared * scores, [&](int64_t from, int64_t to) {
        kernels.backward_parts(call, whole, from, to, sums, memory + omp_get_thread_num() * share);
    });
    gatun::parallel_items(shared * a.keys, shared * scores, [&](int64_t from, int64_t to) {
        kernels.add_parts(call, whole, from, to, sums);
    });
    return GATUN_SUCCESS;
}
