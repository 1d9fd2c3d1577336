// The norms of the gradients, and what follows from them for a step.
#include "common/clipping.h"
#include "common/gradient.h"
#include "cuda/packs.h"
#include "cuda/sums.h"

namespace gatun {

constexpr int64_t none = INT64_MAX;

// The sums of one piece, over all threads.
struct PieceSums {
    double weights;
    double directions;
};

// weights may be null. weighted: the second sum is of the squares of weight * gradient.
template <bool weighted>
GATUN_DEVICE PieceSums sums_of(const Piece &piece, const float *weights, const float *gradients)
{
    PieceSums sums = {0.0, 0.0};
    const bool packs = aligned(weights) && aligned(gradients);
    for_each_pack(piece.begin, piece.end, packs, [&](auto width, int64_t i) {
        const auto g = load<decltype(width)::value>(gradients + i);
        Pack<float, decltype(width)::value> w = {};
        if (weights != nullptr) {
            w = load<decltype(width)::value>(weights + i);
        }
        for (int k = 0; k < decltype(width)::value; ++k) {
            const double weight = static_cast<double>(w.at[k]);
            const double gradient = static_cast<double>(g.at[k]);
            sums.weights = plus_square(sums.weights, weight);
            sums.directions = plus_square(sums.directions, weighted ? weight * gradient : gradient);
        }
    });
    return {weights != nullptr ? block_sum(sums.weights) : 0.0, block_sum(sums.directions)};
}

// The lowest element of the piece that is not finite, over all threads.
template <bool weighted>
GATUN_DEVICE int64_t first_non_finite(const Piece &piece, const float *weights, const float *gradients)
{
    int64_t lowest = none;
    for (int64_t i = piece.begin + threadIdx.x; i < piece.end && lowest == none; i += threads) {
        const bool finite = is_finite(static_cast<double>(gradients[i])) &&
                            (!weighted || is_finite(static_cast<double>(weights[i])));
        lowest = finite ? none : i;
    }
    return block_lowest(lowest);
}

template <bool weighted>
GATUN_DEVICE void measure(const Ranges &ranges, int64_t elements, const float *weights, const float *gradients,
                          gatun_cuda_cell *cells, gatun_cuda_piece *pieces)
{
    int64_t range = 0;
    for_each_cell(elements, [&](int64_t cell) {
        gatun_cuda_cell all = {0.0, none};
        for_each_piece(ranges, cell, range, [&](const Piece &piece) {
            const PieceSums sums = sums_of<weighted>(piece, weights, gradients);
            all.sum += sums.directions;
            // Squares of finite f32 never overflow in double, so only a bad gradient costs a second look.
            if (all.first_non_finite == none && !is_number(sums.directions)) {
                all.first_non_finite = first_non_finite<weighted>(piece, weights, gradients);
            }
            if (pieces != nullptr && threadIdx.x == 0) {
                pieces[piece.index()] = {sums.weights, sums.directions};
            }
        });
        if (threadIdx.x == 0) {
            cells[cell] = all;
        }
    });
}

}  // namespace gatun

GATUN_KERNEL gatun_cuda_measure(const gatun_range *ranges, int64_t range_count, int64_t elements, const float *weights,
                                const float *gradients, gatun_cuda_cell *cells, gatun_cuda_piece *pieces)
{
    gatun::measure<false>({ranges, range_count}, elements, weights, gradients, cells, pieces);
}

GATUN_KERNEL gatun_cuda_measure_weighted(const gatun_range *ranges, int64_t range_count, int64_t elements,
                                         const float *weights, const float *gradients, gatun_cuda_cell *cells,
                                         gatun_cuda_piece *pieces)
{
    gatun::measure<true>({ranges, range_count}, elements, weights, gradients, cells, pieces);
}

GATUN_KERNEL gatun_cuda_range_norms(const gatun_range *ranges, int64_t range_count, const gatun_cuda_piece *pieces,
                                    gatun_cuda_norms *norms)
{
    for (int64_t i = blockIdx.x; i < range_count; i += gridDim.x) {
        const gatun_range range = ranges[i];
        double weights = 0.0;
        double directions = 0.0;
        if (range.begin < range.end) {
            const int64_t last = (range.end - 1) / gatun::cell_elements;
            for (int64_t cell = range.begin / gatun::cell_elements + threadIdx.x; cell <= last;
                 cell += gatun::threads) {
                weights += pieces[cell + i].weights;
                directions += pieces[cell + i].directions;
            }
        }
        weights = gatun::block_sum(weights);
        directions = gatun::block_sum(directions);
        if (threadIdx.x == 0) {
            norms[i] = {gatun::square_root(weights), gatun::square_root(directions)};
        }
    }
}

GATUN_KERNEL gatun_cuda_finish_norm(gatun_step *step, const gatun_cuda_clipping *clipping, int64_t elements,
                                    const gatun_cuda_cell *cells, double *norm, int64_t *first_non_finite)
{
    if (blockIdx.x != 0) {
        return;
    }
    double sum = 0.0;
    int64_t lowest = gatun::none;
    const int64_t count = gatun::cell_count(elements);
    for (int64_t cell = threadIdx.x; cell < count; cell += gatun::threads) {
        sum += cells[cell].sum;
        lowest = cells[cell].first_non_finite < lowest ? cells[cell].first_non_finite : lowest;
    }
    sum = gatun::block_sum(sum);
    lowest = gatun::block_lowest(lowest);
    if (threadIdx.x != 0) {
        return;
    }
    *norm = gatun::magnitude(step->gradient_scale) * gatun::square_root(sum);
    *first_non_finite = lowest == gatun::none ? -1 : lowest;
    step->skip = gatun::is_number(*norm) ? 0 : 1;
    if (step->skip == 0) {
        step->step += 1;
        step->average_first = step->step == 1 ? 1 : 0;
        step->clip_coefficient = gatun::clip_coefficient(*norm, clipping->clip_norm, clipping->trust_norm);
    }
}
