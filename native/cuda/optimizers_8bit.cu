// Adam and Lion with 8-bit states, and the coding of states alone.
#include "cuda/coded_states.h"
#include "cuda/step.h"

namespace gatun {

// The rule on the lane's elements of one block of codes, as far as they lie in the piece.
template <typename Rule, typename Constants, typename... States>
GATUN_DEVICE void update_block(const Constants &c, const Piece &piece, int64_t block, uint32_t key,
                               const Slabs<0> &slabs, States &... states)
{
    (states.decode(block), ...);
    GATUN_UNROLL
    for (int j = 0; j < quads_per_lane; ++j) {
        const int64_t i = lane_element(block, j);
        const auto gradient = load_within(slabs.gradients, i, piece.begin, piece.end, slabs.packs);
        auto w = slabs.weights.read_within(i, piece.begin, piece.end, slabs.packs);
        GATUN_UNROLL
        for (int k = 0; k < quad; ++k) {
            if (i + k >= piece.begin && i + k < piece.end) {
                update_element<Rule>(c, w.at[k], gradient.at[k], states.values[j].at[k]...);
            }
        }
        slabs.weights.write_within(i, piece.begin, piece.end, slabs.packs, w);
    }
    (states.encode_stochastically(block, key), ...);
}

template <typename Rule, typename... States>
GATUN_DEVICE void step_coded(const StepCall<Rule> &call, States... states)
{
    const auto slabs = slabs_of(call);
    for_each_piece(call, [&](const auto &c, const Piece &piece) {
        for_each_block(piece.cell, piece.begin, piece.end, [&](int64_t block) {
            const gatun_step &step = *call.step;
            const uint32_t key = first_random_word(static_cast<uint64_t>(block), static_cast<uint32_t>(step.step),
                                                   GATUN_STATE_STREAM, static_cast<uint32_t>(step.seed),
                                                   static_cast<uint32_t>(step.seed >> 32));
            update_block<Rule>(c, piece, block, key, slabs, states...);
        });
    });
}

// Calls visit(block) for each block of codes of the slab, in the warp that has it.
template <typename Visit>
GATUN_DEVICE void for_every_block(int64_t elements, const Visit &visit)
{
    for_each_cell(elements, [&](int64_t cell) {
        for_each_block(cell, cell_begin(cell), cell_end(cell, elements), visit);
    });
}

template <gatun_state_kind kind>
GATUN_DEVICE void decode_all(int64_t elements, CodedState<kind> state, float *values)
{
    const bool packs = aligned(values);
    for_every_block(elements, [&](int64_t block) {
        state.decode(block);
        GATUN_UNROLL
        for (int j = 0; j < quads_per_lane; ++j) {
            store_within(values, lane_element(block, j), 0, elements, packs, state.values[j]);
        }
    });
}

template <gatun_state_kind kind>
GATUN_DEVICE void encode_all(int64_t elements, const float *values, CodedState<kind> state)
{
    const bool packs = aligned(values);
    for_every_block(elements, [&](int64_t block) {
        GATUN_UNROLL
        for (int j = 0; j < quads_per_lane; ++j) {
            state.values[j] = load_within(values, lane_element(block, j), 0, elements, packs);
        }
        state.encode(block, [](uint32_t) { return nearest; });
    });
}

}  // namespace gatun

GATUN_KERNEL gatun_cuda_adam_step_8bit(const gatun_step *step, const gatun_adam_group *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       float *parameters, const float *gradients, uint8_t *first_codes,
                                       float *first_scales, uint8_t *second_codes, float *second_scales)
{
    gatun::step_coded<gatun::AdamRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients},
        gatun::CodedState<GATUN_STATE_SIGNED>(elements, first_codes, first_scales),
        gatun::CodedState<GATUN_STATE_NON_NEGATIVE, 1>(elements, second_codes, second_scales));
}

GATUN_KERNEL gatun_cuda_lion_step_8bit(const gatun_step *step, const gatun_lion_group *groups, int64_t group_count,
                                       const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       float *parameters, const float *gradients, uint8_t *codes, float *scales)
{
    gatun::step_coded<gatun::LionRule>(
        {step, groups, group_count, {ranges, range_count}, elements, parameters, gradients},
        gatun::CodedState<GATUN_STATE_SIGNED>(elements, codes, scales));
}

GATUN_KERNEL gatun_cuda_decode_states(int64_t elements, int32_t kind, const uint8_t *codes, const float *scales,
                                      float *values)
{
    // Decoding writes neither.
    uint8_t *const read_codes = const_cast<uint8_t *>(codes);
    float *const read_scales = const_cast<float *>(scales);
    if (kind == GATUN_STATE_SIGNED) {
        gatun::decode_all<GATUN_STATE_SIGNED>(elements, {elements, read_codes, read_scales}, values);
    } else {
        gatun::decode_all<GATUN_STATE_NON_NEGATIVE>(elements, {elements, read_codes, read_scales}, values);
    }
}

GATUN_KERNEL gatun_cuda_encode_states(int64_t elements, int32_t kind, const float *values, uint8_t *codes,
                                      float *scales)
{
    if (kind == GATUN_STATE_SIGNED) {
        gatun::encode_all<GATUN_STATE_SIGNED>(elements, values, {elements, codes, scales});
    } else {
        gatun::encode_all<GATUN_STATE_NON_NEGATIVE>(elements, values, {elements, codes, scales});
    }
}
