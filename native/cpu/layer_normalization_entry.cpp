// Layer and RMS normalisation. Rows go in blocks of four and in chunks of blocks, by their number alone: a chunk adds
// up its part of the gradients of scale and shift. Long rows are summed piece by piece, so that threads may share them
// where there are few.
#include <math.h>

#include "cpu/normalization.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

using gatun::active_kernels;
using gatun::Kernels;
using gatun::most_block_rows;
using gatun::root_of;
using gatun::RowBlock;
using gatun::RowFactors;
using gatun::RowGradients;
using gatun::Workspace;

constexpr int64_t most_chunks = 64;
constexpr int64_t fewest_rows = 16;  // of a chunk: its sums are small beside its rows
constexpr int64_t piece_columns = 1024;

// How rows are cut.
struct Rows {
    int64_t rows;
    int64_t features;
    int64_t chunk_rows;  // a multiple of a block's
    int64_t chunks;
    int64_t pieces;

    Rows(int64_t all, int64_t columns)
        : rows(all), features(columns),
          chunk_rows(gatun::round_up(gatun::most(fewest_rows, gatun::divide_up(all, most_chunks)), most_block_rows)),
          chunks(gatun::divide_up(all, chunk_rows)), pieces(gatun::divide_up(columns, piece_columns))
    {
    }

    int64_t elements() const
    {
        return rows * features;
    }

    int64_t blocks() const
    {
        return gatun::divide_up(rows, most_block_rows);
    }

    // The columns of a piece of a block.
    RowBlock piece(int64_t block, int64_t number) const
    {
        const int64_t left = features - number * piece_columns;
        return {gatun::least(most_block_rows, rows - block * most_block_rows), features,
                gatun::least(left, piece_columns)};
    }
};

// The sums of a block of rows, each by itself.
struct Sums {
    double sums[most_block_rows];
    double products[most_block_rows];
};

// What a call has: buffers as in gatun.h, and scratch memory.
struct Call {
    const Rows rows;
    const Kernels &kernels;
    Sums *piece_sums;     // (pieces)
    double *scales;       // (chunks, features), as shifts; the backward pass alone has them
    double *shifts;
    double epsilon = 0.0;
    bool past_caches = false;
    const float *src = nullptr;
    const float *scale = nullptr;

    Call(int64_t all, int64_t features, Workspace &memory)
        : rows(all, features), kernels(active_kernels()),
          piece_sums(reinterpret_cast<Sums *>(
              memory.take_doubles(rows.pieces * static_cast<int64_t>(sizeof(Sums) / sizeof(double))))),
          scales(memory.take_doubles(rows.chunks * features)), shifts(memory.take_doubles(rows.chunks * features))
    {
    }

    int64_t at(int64_t block, int64_t piece) const
    {
        return block * most_block_rows * rows.features + piece * piece_columns;
    }

    const float *of_piece(const float *vector, int64_t piece) const
    {
        return vector == nullptr ? nullptr : vector + piece * piece_columns;
    }
};

struct Forward : Call {
    const float *shift = nullptr;
    float *dst = nullptr;
    float *mean = nullptr;
    float *variance = nullptr;

    using Call::Call;

    // What one thread must do from beginning to end: a block, as nothing is summed over rows.
    int64_t units() const
    {
        return rows.blocks();
    }

    int64_t unit_blocks() const
    {
        return 1;
    }

    void begin(int64_t) const {}

    void prepare(int64_t, int64_t, RowFactors &) const {}

    void sum(int64_t block, int64_t piece, const RowFactors &, Sums &to) const
    {
        kernels.row_moments(rows.piece(block, piece), src + at(block, piece), to.sums, to.products);
    }

    // Joins the moments of the pieces before, and of one (Chan, Golub and LeVeque, 1979).
    void join(int64_t piece, int64_t count, const Sums &more, Sums &all) const
    {
        const double before = static_cast<double>(piece * piece_columns);
        const double here = static_cast<double>(rows.piece(0, piece).columns);
        for (int64_t i = 0; i < count; ++i) {
            if (piece > 0) {
                const double apart = more.sums[i] / here - all.sums[i] / before;
                all.products[i] += apart * apart * (before * here / (before + here));
            }
            all.sums[i] += more.sums[i];
            all.products[i] += more.products[i];
        }
    }

    void finish(int64_t block, int64_t count, const Sums &of, RowFactors &by, RowGradients &) const
    {
        const double share = 1.0 / static_cast<double>(rows.features);
        for (int64_t i = 0; i < count; ++i) {
            const int64_t row = block * most_block_rows + i;
            const double middle = of.sums[i] * share;
            const double spread = of.products[i] * share;
            const double biased = mean == nullptr ? spread + middle * middle : spread;
            variance[row] = static_cast<float>(biased < 0.0 ? 0.0 : biased);
            by.mean[i] = mean == nullptr ? 0.0f : static_cast<float>(middle);
            by.factor[i] = static_cast<float>(1.0 / root_of(static_cast<double>(variance[row]), epsilon));
            if (mean != nullptr) {
                mean[row] = by.mean[i];
            }
        }
    }

    void apply(int64_t, int64_t block, int64_t piece, const RowFactors &by, const RowGradients &) const
    {
        const int64_t from = at(block, piece);
        kernels.normalize_rows(rows.piece(block, piece), by, past_caches, src + from, of_piece(scale, piece),
                               of_piece(shift, piece), dst + from);
    }
};

struct Backward : Call {
    const float *diff_dst = nullptr;
    const float *mean = nullptr;
    const float *variance = nullptr;
    float *diff_src = nullptr;
    bool summed = false;

    using Call::Call;

    int64_t units() const
    {
        return rows.chunks;
    }

    int64_t unit_blocks() const
    {
        return rows.chunk_rows / most_block_rows;
    }

    void begin(int64_t chunk) const
    {
        for (int64_t i = chunk * rows.features; summed && i < (chunk + 1) * rows.features; ++i) {
            scales[i] = 0.0;
            shifts[i] = 0.0;
        }
    }

    void prepare(int64_t block, int64_t count, RowFactors &by) const
    {
        for (int64_t i = 0; i < count; ++i) {
            const int64_t row = block * most_block_rows + i;
            by.mean[i] = mean == nullptr ? 0.0f : mean[row];
            by.factor[i] = static_cast<float>(1.0 / root_of(static_cast<double>(variance[row]), epsilon));
        }
    }

    void sum(int64_t block, int64_t piece, const RowFactors &by, Sums &to) const
    {
        const int64_t from = at(block, piece);
        kernels.row_gradient_moments(rows.piece(block, piece), by, src + from, diff_dst + from,
                                         of_piece(scale, piece), to.sums, to.products);
    }

    void join(int64_t, int64_t count, const Sums &more, Sums &all) const
    {
        for (int64_t i = 0; i < count; ++i) {
            all.sums[i] += more.sums[i];
            all.products[i] += more.products[i];
        }
    }

    // With dy = scale * diff, the gradient of src is (dy - mean of dy - normalised * mean of (dy * normalised)) / root.
    void finish(int64_t block, int64_t count, const Sums &of, RowFactors &, RowGradients &with) const
    {
        const double share = 1.0 / static_cast<double>(rows.features);
        for (int64_t i = 0; i < count; ++i) {
            const int64_t row = block * most_block_rows + i;
            const double root = root_of(static_cast<double>(variance[row]), epsilon);
            with.of_shift[i] = mean == nullptr ? 0.0f : static_cast<float>(of.sums[i] * share);
            with.of_scale[i] = static_cast<float>(of.products[i] * share / root);
        }
    }

    void apply(int64_t chunk, int64_t block, int64_t piece, const RowFactors &by, const RowGradients &with) const
    {
        const int64_t from = at(block, piece);
        const int64_t column = chunk * rows.features + piece * piece_columns;
        kernels.normalize_rows_backward(rows.piece(block, piece), by, with, past_caches, src + from, diff_dst + from,
                                        of_piece(scale, piece), diff_src + from, summed ? scales + column : nullptr,
                                        summed ? shifts + column : nullptr);
    }

    // diff_shift may be null.
    void write(float *diff_scale, float *diff_shift) const
    {
        const int64_t items = gatun::divide_up(rows.features, piece_columns / 16);
        gatun::parallel_items(items, rows.chunks * rows.features, [&](int64_t from, int64_t to) {
            const int64_t first = from * (piece_columns / 16);
            const int64_t last = gatun::least(to * (piece_columns / 16), rows.features);
            for (int64_t chunk = 1; chunk < rows.chunks; ++chunk) {
                for (int64_t i = first; i < last; ++i) {
                    scales[i] += scales[chunk * rows.features + i];
                    shifts[i] += shifts[chunk * rows.features + i];
                }
            }
            for (int64_t i = first; i < last; ++i) {
                diff_scale[i] = static_cast<float>(scales[i]);
                if (diff_shift != nullptr) {
                    diff_shift[i] = static_cast<float>(shifts[i]);
                }
            }
        });
    }
};

// The blocks of one unit, one after the other.
template <typename Work>
void work_alone(const Work &work, int64_t unit)
{
    const Rows &rows = work.rows;
    const int64_t last = gatun::least((unit + 1) * work.unit_blocks(), rows.blocks());
    work.begin(unit);
    for (int64_t block = unit * work.unit_blocks(); block < last; ++block) {
        const int64_t count = rows.piece(block, 0).rows;
        RowFactors by = {};
        RowGradients with = {};
        Sums sums = {};
        work.prepare(block, count, by);
        for (int64_t piece = 0; piece < rows.pieces; ++piece) {
            Sums more = {};
            work.sum(block, piece, by, more);
            work.join(piece, count, more, sums);
        }
        work.finish(block, count, sums, by, with);
        for (int64_t piece = rows.pieces - 1; piece >= 0; --piece) {
            work.apply(unit, block, piece, by, with);
        }
    }
}

// The pieces of each block, by all threads: the same sums in the same order.
template <typename Work>
void work_together(const Work &work, int64_t unit)
{
    const Rows &rows = work.rows;
    const int64_t last = gatun::least((unit + 1) * work.unit_blocks(), rows.blocks());
    work.begin(unit);
    for (int64_t block = unit * work.unit_blocks(); block < last; ++block) {
        const int64_t count = rows.piece(block, 0).rows;
        RowFactors by = {};
        RowGradients with = {};
        Sums sums = {};
        work.prepare(block, count, by);
        gatun::parallel_items(rows.pieces, count * rows.features, [&](int64_t from, int64_t to) {
            for (int64_t piece = from; piece < to; ++piece) {
                work.piece_sums[piece] = {};
                work.sum(block, piece, by, work.piece_sums[piece]);
            }
        });
        for (int64_t piece = 0; piece < rows.pieces; ++piece) {
            work.join(piece, count, work.piece_sums[piece], sums);
        }
        work.finish(block, count, sums, by, with);
        gatun::parallel_items(rows.pieces, count * rows.features, [&](int64_t from, int64_t to) {
            for (int64_t piece = to - 1; piece >= from; --piece) {
                work.apply(unit, block, piece, by, with);
            }
        });
    }
}

template <typename Work>
void run(const Work &work)
{
    if (work.units() < omp_get_max_threads() && work.rows.pieces > 1) {
        for (int64_t unit = 0; unit < work.units(); ++unit) {
            work_together(work, unit);
        }
        return;
    }
    gatun::parallel_items(work.units(), work.rows.elements(), [&](int64_t from, int64_t to) {
        for (int64_t unit = from; unit < to; ++unit) {
            work_alone(work, unit);
        }
    });
}

template <typename... Pointers>
int32_t check(int64_t rows, int64_t features, double epsilon, const void *scratch, int64_t scratch_bytes,
              const Pointers *...buffers)
{
    const int64_t wanted = gatun_layer_normalization_scratch(rows, features);
    if (wanted < 0) {
        return GATUN_INVALID_SIZE;
    }
    const int32_t status = gatun::check_buffers(1, static_cast<const char *>(scratch), buffers...);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (!(epsilon >= 0.0)) {
        return GATUN_INVALID_VALUE;
    }
    return scratch_bytes < wanted ? GATUN_INVALID_SIZE : GATUN_SUCCESS;
}

}  // namespace

extern "C" {

int64_t gatun_layer_normalization_scratch(int64_t rows, int64_t features)
{
    int64_t elements = 0;
    if (rows < 1 || features < 1 || __builtin_mul_overflow(rows, features, &elements) || elements > INT64_MAX / 64) {
        return -1;
    }
    Workspace counter;
    const Call counted(rows, features, counter);
    return counter.bytes();
}

int32_t gatun_layer_normalization_forward(int64_t rows, int64_t features, const float *src, double epsilon,
                                          const float *scale, const float *shift, float *dst, float *mean,
                                          float *variance, void *scratch, int64_t scratch_bytes)
{
    const int32_t status = check(rows, features, epsilon, scratch, scratch_bytes, src, dst, variance);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    Workspace workspace(scratch);
    Forward work(rows, features, workspace);
    work.epsilon = epsilon;
    work.past_caches = dst != src && work.rows.elements() >= gatun::cached_elements;
    work.src = src;
    work.scale = scale;
    work.shift = shift;
    work.dst = dst;
    work.mean = mean;
    work.variance = variance;
    run(work);
    return GATUN_SUCCESS;
}

int32_t gatun_layer_normalization_backward(int64_t rows, int64_t features, const float *src, const float *diff_dst,
                                           const float *mean, const float *variance, double epsilon,
                                           const float *scale, float *diff_src, float *diff_scale, float *diff_shift,
                                           void *scratch, int64_t scratch_bytes)
{
    int32_t status = check(rows, features, epsilon, scratch, scratch_bytes, src, diff_dst, variance, diff_src);
    if (status == GATUN_SUCCESS && diff_scale == nullptr && diff_shift != nullptr) {
        status = GATUN_NULL_POINTER;
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    Workspace workspace(scratch);
    Backward work(rows, features, workspace);
    work.epsilon = epsilon;
    work.past_caches =
        diff_src != src && diff_src != diff_dst && work.rows.elements() >= gatun::cached_elements;
    work.src = src;
    work.scale = scale;
    work.diff_dst = diff_dst;
    work.mean = mean;
    work.variance = variance;
    work.diff_src = diff_src;
    work.summed = diff_scale != nullptr;
    run(work);
    if (work.summed) {
        work.write(diff_scale, diff_shift);
    }
    return GATUN_SUCCESS;
}

}  // extern "C"
