// Reductions. An element of the result is computed by one thread from beginning to end, but for a single one, which is
// summed in chunks: no result depends on the number of threads.
#include <math.h>

#include "cpu/chunks.h"
#include "cpu/kernels.h"
#include "cpu/nest.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

using gatun::active_kernels;
using gatun::Kernels;
using gatun::Nest;

namespace {

// Columns that are summed together: so many that a row's part fills cache lines, so few that their sums stay in
// registers and the first-level cache.
constexpr int64_t most_columns = 64;
constexpr int64_t fewest_columns = 16;

struct Reduction {
    int32_t kind;
    double count;  // of the elements that become one
    const float *src;
    float *dst;
    Nest kept;     // all kept dimensions but the innermost of all
    Nest reduced;  // all reduced dimensions but the innermost of all
    int64_t inner; // extent of the innermost dimension

    float finished(double sum) const
    {
        return static_cast<float>(kind == GATUN_REDUCE_MEAN ? sum / count : sum);
    }
};

// The innermost dimension is reduced: each row becomes a number.
void reduce_rows(const Reduction &work, int64_t begin, int64_t end)
{
    const Kernels &kernels = active_kernels();
    for (int64_t item = begin; item < end; ++item) {
        const float *base = work.src + work.kept.offset(item);
        double sum = 0.0;
        float largest = -INFINITY;
        for (int64_t row = 0; row < work.reduced.count; ++row) {
            const float *from = base + work.reduced.offset(row);
            if (work.kind == GATUN_REDUCE_MAX) {
                const float x = kernels.largest_of_row(work.inner, from);
                largest = x > largest || x != x ? x : largest;
            } else {
                sum += kernels.sum_row(work.inner, from);
            }
        }
        work.dst[item] = work.kind == GATUN_REDUCE_MAX ? largest : work.finished(sum);
    }
}

// Everything becomes one number.
void reduce_all(const Reduction &work)
{
    const Kernels &kernels = active_kernels();
    const gatun::Chunks chunks(work.inner);
    double sums[gatun::most_chunks];
    float largest[gatun::most_chunks];
    gatun::parallel_chunks(chunks, [&](int64_t chunk, int64_t begin, int64_t end) {
        if (work.kind == GATUN_REDUCE_MAX) {
            largest[chunk] = kernels.largest_of_row(end - begin, work.src + begin);
        } else {
            sums[chunk] = kernels.sum_row(end - begin, work.src + begin);
        }
    });
    if (work.kind == GATUN_REDUCE_MAX) {
        *work.dst = kernels.largest_of_row(chunks.count, largest);
        return;
    }
    double sum = 0.0;
    for (int64_t chunk = 0; chunk < chunks.count; ++chunk) {
        sum += sums[chunk];
    }
    *work.dst = work.finished(sum);
}

// The innermost dimension is kept: columns [first, first + count) of one kept index.
void reduce_columns(const Reduction &work, int64_t item, int64_t first, int64_t count)
{
    const Kernels &kernels = active_kernels();
    const Nest &reduced = work.reduced;
    const int64_t rows = reduced.rank == 0 ? 1 : reduced.extents[reduced.rank - 1];
    const int64_t stride = reduced.rank == 0 ? 0 : reduced.strides[reduced.rank - 1];
    const float *base = work.src + work.kept.offset(item) + first;
    float *to = work.dst + item * work.inner + first;
    double sums[most_columns] = {};
    float largest[most_columns];
    for (float &x : largest) {
        x = -INFINITY;
    }
    for (int64_t row = 0; row < reduced.count; row += rows) {
        const float *from = base + reduced.offset(row);
        if (work.kind == GATUN_REDUCE_MAX) {
            kernels.largest_of_columns(rows, stride, count, from, largest);
        } else {
            kernels.add_columns(rows, stride, count, from, sums);
        }
    }
    for (int64_t i = 0; i < count; ++i) {
        to[i] = work.kind == GATUN_REDUCE_MAX ? largest[i] : work.finished(sums[i]);
    }
}

void reduce_all_columns(const Reduction &work, int64_t elements)
{
    const int64_t wide = (work.inner + most_columns - 1) / most_columns * work.kept.count;
    const int64_t width = wide < omp_get_max_threads() ? fewest_columns : most_columns;
    const int64_t tiles = (work.inner + width - 1) / width;
    gatun::parallel_items(work.kept.count * tiles, elements, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % tiles * width;
            const int64_t rest = work.inner - first;
            reduce_columns(work, i / tiles, first, rest < width ? rest : width);
        }
    });
}

}  // namespace

extern "C" {

int32_t gatun_reduce_forward(int32_t reduction, int32_t rank, const int64_t *extents, const int32_t *reduced,
                             const float *src, float *dst)
{
    int64_t elements = 0;
    int32_t status = gatun::count_elements(rank, extents, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, src);
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (reduced == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (reduction < GATUN_REDUCE_SUM || reduction > GATUN_REDUCE_MAX) {
        return GATUN_INVALID_VALUE;
    }
    Reduction work = {reduction, 1.0, src, dst, {}, {}, extents[rank - 1]};
    int64_t strides[GATUN_MAX_RANK];
    int64_t stride = 1;
    for (int32_t i = rank - 1; i >= 0; --i) {
        strides[i] = stride;
        stride *= extents[i];
    }
    for (int32_t i = 0; i < rank; ++i) {
        if (reduced[i] != 0) {
            work.count *= static_cast<double>(extents[i]);
        }
        if (i < rank - 1) {
            (reduced[i] != 0 ? work.reduced : work.kept).add(extents[i], strides[i]);
        }
    }
    const bool rows = reduced[rank - 1] != 0;
    const int64_t results = work.kept.count * (rows ? 1 : work.inner);
    if (results == 0) {
        return GATUN_SUCCESS;
    }
    if (dst == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (!rows) {
        reduce_all_columns(work, elements);
    } else if (rank == 1) {
        reduce_all(work);
    } else {
        gatun::parallel_items(work.kept.count, elements, [&](int64_t begin, int64_t end) { reduce_rows(work, begin, end); });
    }
    return GATUN_SUCCESS;
}

}  // extern "C"
