// LAMB and LARS: every range is a tensor with norms of its own, so a step is a kernel that measures, one that adds up
// (gatun_cuda_range_norms), and one that updates.
#include "cuda/step.h"
#include "cuda/sums.h"

namespace gatun {

template <typename Rule, int width, typename Constants, int count, size_t... I>
GATUN_DEVICE void measure_pack(const Constants &c, const Slabs<count> &slabs, int64_t i, double &weights,
                               double &directions, std::index_sequence<I...>)
{
    const auto gradient = load<width>(slabs.gradients + i);
    const auto w = slabs.weights.template read<width>(i);
    [[maybe_unused]] Pack<float, width> states[count > 0 ? count : 1];
    ((states[I] = load<width>(slabs.states[I] + i)), ...);
    for (int k = 0; k < width; ++k) {
        const float direction = Rule::direction(c, w.at[k], gradient.at[k], states[I].at[k]...);
        weights = plus_square(weights, static_cast<double>(w.at[k]));
        directions = plus_square(directions, static_cast<double>(direction));
    }
    (store(slabs.states[I] + i, states[I]), ...);
}

// Updates the states where the rule does so first, and writes both sums of squares of every piece; zeros where the rule
// needs none.
template <typename Rule, typename... States>
GATUN_DEVICE void measure_layers(const StepCall<Rule> &call, gatun_cuda_piece *pieces, States *... states)
{
    const auto slabs = slabs_of(call, states...);
    for_each_piece(call, [&](const auto &c, const Piece &piece) {
        double weights = 0.0;
        double directions = 0.0;
        if (Rule::two_passes(c)) {
            for_each_pack(piece.begin, piece.end, slabs.packs, [&](auto width, int64_t i) {
                measure_pack<Rule, decltype(width)::value>(c, slabs, i, weights, directions,
                                                           std::index_sequence_for<States...>());
            });
        }
        weights = block_sum(weights);
        directions = block_sum(directions);
        if (threadIdx.x == 0) {
            pieces[piece.index()] = {weights, directions};
        }
    });
}

// The update with the trust ratio that follows from the norms of the piece's range.
template <typename Rule, typename Constants, int count>
GATUN_DEVICE void update_adapted(Constants c, const Piece &piece, const gatun_cuda_norms *norms,
                                 const Slabs<count> &slabs)
{
    if (Rule::two_passes(c)) {
        Rule::adapt(c, norms[piece.range].weights, norms[piece.range].directions);
    }
    update<Rule>(c, piece, slabs);
}

}  // namespace gatun

GATUN_KERNEL gatun_cuda_lamb_measure(const gatun_step *step, const gatun_lamb_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float *first_moment,
                                     float *second_moment, gatun_cuda_piece *pieces)
{
    gatun::measure_layers<gatun::LambRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, pieces, first_moment,
        second_moment);
}

GATUN_KERNEL gatun_cuda_lamb_step(const gatun_step *step, const gatun_lamb_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                  const float *gradients, float *first_moment, float *second_moment,
                                  const gatun_cuda_norms *norms)
{
    using Rule = gatun::LambRule;
    const gatun::StepCall<Rule> call = {step,     groups,     group_count, {ranges, range_count},
                                        elements, parameters, gradients};
    const auto slabs = gatun::slabs_of(call, first_moment, second_moment);
    gatun::for_each_piece(call, [&](const Rule::Constants<float> &c, const gatun::Piece &piece) {
        gatun::update_adapted<Rule>(c, piece, norms, slabs);
    });
}

// momentum is not read.
GATUN_KERNEL gatun_cuda_lars_measure(const gatun_step *step, const gatun_lars_group *groups, int64_t group_count,
                                     const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     float *parameters, const float *gradients, float * /* momentum */,
                                     gatun_cuda_piece *pieces)
{
    gatun::measure_layers<gatun::LarsRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients}, pieces);
}

// momentum may be null when every group's momentum is 0.
GATUN_KERNEL gatun_cuda_lars_step(const gatun_step *step, const gatun_lars_group *groups, int64_t group_count,
                                  const gatun_range *ranges, int64_t range_count, int64_t elements, float *parameters,
                                  const float *gradients, float *momentum, const gatun_cuda_norms *norms)
{
    using Rule = gatun::LarsRule;
    const gatun::StepCall<Rule> call = {step,     groups,     group_count, {ranges, range_count},
                                        elements, parameters, gradients};
    const auto plain = gatun::slabs_of(call);
    const auto with_momentum = gatun::slabs_of(call, momentum);
    gatun::for_each_piece(call, [&](const Rule::Constants<float> &c, const gatun::Piece &piece) {
        if (c.has_momentum) {
            gatun::update_adapted<Rule>(c, piece, norms, with_momentum);
        } else {
            gatun::update_adapted<Rule>(c, piece, norms, plain);
        }
    });
}
