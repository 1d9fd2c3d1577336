// Layer-wise rules of the table: every range is a tensor with norms of its own, so a step is a kernel that measures,
// one that adds up (gatun_cuda_range_norms), and one that updates.
#include "cuda/step.h"
#include "cuda/sums.h"

namespace gatun {

template <typename Rule, int width, int... states, typename Constants, size_t... I>
GATUN_DEVICE void measure_pack(const Constants &c, const Slabs &slabs, int64_t i, double &weights, double &directions,
                               std::index_sequence<I...>)
{
    const auto gradient = load<width>(slabs.gradients + i);
    const auto w = slabs.weights.template read<width>(i);
    [[maybe_unused]] Pack<float, width> values[sizeof...(states) > 0 ? sizeof...(states) : 1];
    ((values[I] = load<width>(slabs.states[states] + i)), ...);
    for (int k = 0; k < width; ++k) {
        const float direction = Rule::direction(c, w.at[k], gradient.at[k], values[I].at[k]...);
        weights = plus_square(weights, static_cast<double>(w.at[k]));
        directions = plus_square(directions, static_cast<double>(direction));
    }
    (store(slabs.states[states] + i, values[I]), ...);
}

template <typename Rule, int... states, typename Constants>
GATUN_DEVICE void measure_piece(Variant<Rule, states...>, const Constants &c, const Piece &piece, const Slabs &slabs,
                                double &weights, double &directions)
{
    for_each_pack(piece.begin, piece.end, slabs.packs, [&](auto width, int64_t i) {
        measure_pack<Rule, decltype(width)::value, states...>(c, slabs, i, weights, directions,
                                                              std::make_index_sequence<sizeof...(states)>());
    });
}

// Updates the states where the rule does so first, and writes both sums of squares of every piece; zeros where the rule
// needs none.
template <typename Rule>
GATUN_DEVICE void measure_layers(const StepCall<Rule> &call, gatun_cuda_piece *pieces, const Slabs &slabs)
{
    for_each_piece(call, [&](const auto &c, const Piece &piece) {
        double weights = 0.0;
        double directions = 0.0;
        if (Rule::two_passes(c)) {
            measure_piece(typename Rule::Measured(), c, piece, slabs, weights, directions);
        }
        weights = block_sum(weights);
        directions = block_sum(directions);
        if (threadIdx.x == 0) {
            pieces[piece.index()] = {weights, directions};
        }
    });
}

// The update with the trust ratio that follows from the norms of each piece's range.
template <typename Rule>
GATUN_DEVICE void update_layers(const StepCall<Rule> &call, const gatun_cuda_norms *norms, const Slabs &slabs)
{
    for_each_piece(call, [&](const auto &of_group, const Piece &piece) {
        auto c = of_group;
        if (Rule::two_passes(c)) {
            Rule::adapt(c, norms[piece.range].weights, norms[piece.range].directions);
        }
        update<Rule>(c, piece, slabs);
    });
}

}  // namespace gatun

#define GATUN_LAYERWISE(id, Rule)                                                                                 \
    GATUN_KERNEL gatun_cuda_measure_##id(GATUN_STEP_PARAMETERS, GATUN_STATE_PARAMETERS, GATUN_OUTPUT_PARAMETERS,  \
                                         gatun_cuda_piece *pieces)                                                \
    {                                                                                                             \
        const gatun::StepCall<gatun::Rule> call = GATUN_STEP_ARGUMENTS;                                           \
        gatun::measure_layers(call, pieces, gatun::slabs_of(call, state0, state1, state2));                       \
    }                                                                                                             \
    GATUN_KERNEL gatun_cuda_update_##id(GATUN_STEP_PARAMETERS, GATUN_STATE_PARAMETERS, GATUN_OUTPUT_PARAMETERS,   \
                                        const gatun_cuda_norms *norms)                                            \
    {                                                                                                             \
        const gatun::StepCall<gatun::Rule> call = GATUN_STEP_ARGUMENTS;                                           \
        gatun::update_layers(call, norms, gatun::slabs_of(call, state0, state1, state2));                         \
    }
#include "common/rules.def"
