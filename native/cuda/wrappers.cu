// Lookahead and the perturbation of sharpness-aware minimisation.
#include "common/wrappers.h"
#include "cuda/packs.h"

GATUN_KERNEL gatun_cuda_lookahead(int64_t elements, double rate, float *fast, float *slow)
{
    const bool packs = gatun::aligned(fast) && gatun::aligned(slow);
    gatun::for_each_cell(elements, [&](int64_t cell) {
        gatun::for_each_pack(gatun::cell_begin(cell), gatun::cell_end(cell, elements), packs,
                             [&](auto width, int64_t i) {
            auto near = gatun::load<decltype(width)::value>(fast + i);
            auto far = gatun::load<decltype(width)::value>(slow + i);
            for (int k = 0; k < decltype(width)::value; ++k) {
                gatun::lookahead_rule(static_cast<float>(rate), near.at[k], far.at[k]);
            }
            gatun::store(fast + i, near);
            gatun::store(slow + i, far);
        });
    });
}

GATUN_KERNEL gatun_cuda_perturb(const gatun_range *ranges, int64_t range_count, int64_t elements,
                                const double *coefficient, int32_t adaptive, float *parameters,
                                const float *gradients, float *saved)
{
    const float factor = static_cast<float>(*coefficient);
    const bool packs = gatun::aligned(parameters) && gatun::aligned(gradients) && gatun::aligned(saved);
    int64_t range = 0;
    gatun::for_each_cell(elements, [&](int64_t cell) {
        gatun::for_each_pack(gatun::cell_begin(cell), gatun::cell_end(cell, elements), packs,
                             [&](auto width, int64_t i) {
            gatun::store(saved + i, gatun::load<decltype(width)::value>(parameters + i));
        });
        __syncthreads();  // a piece's threads are not the cell's
        gatun::for_each_piece({ranges, range_count}, cell, range, [&](const gatun::Piece &piece) {
            gatun::for_each_pack(piece.begin, piece.end, packs, [&](auto width, int64_t i) {
                const auto g = gatun::load<decltype(width)::value>(gradients + i);
                auto w = gatun::load<decltype(width)::value>(saved + i);
                for (int k = 0; k < decltype(width)::value; ++k) {
                    w.at[k] = gatun::perturbed(factor, adaptive != 0, w.at[k], g.at[k]);
                }
                gatun::store(parameters + i, w);
            });
        });
    });
}
