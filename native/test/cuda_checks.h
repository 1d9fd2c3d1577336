// What holds for the CUDA kernels on any device: the CPU's results, bit for bit, but for the order of norms' sums.
#ifndef GATUN_TEST_CUDA_CHECKS_H
#define GATUN_TEST_CUDA_CHECKS_H

#include <float.h>
#include <string.h>

#include <algorithm>
#include <string>
#include <vector>

#include "check.h"
#include "cuda_device.h"
#include "optimizers.h"

using Floats = std::vector<float>;

inline bool is_nan_of(float x)
{
    return isnan(x);
}

inline bool is_nan_of(uint16_t bfloat16)
{
    return (bfloat16 & 0x7FFF) > 0x7F80;
}

inline bool is_nan_of(uint8_t)
{
    return false;
}

// The same bits, or both NaN.
template <typename Value>
void check_same(const std::string &what, const std::vector<Value> &actual, const std::vector<Value> &expected)
{
    int64_t wrong = 0;
    size_t first = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        const bool same = memcmp(&actual[i], &expected[i], sizeof(Value)) == 0 ||
                          (is_nan_of(actual[i]) && is_nan_of(expected[i]));
        first = wrong == 0 ? i : first;
        wrong += same ? 0 : 1;
    }
    if (wrong > 0 || actual.size() != expected.size()) {
        ++check::failures;
        fprintf(stderr, "%s: %s: %lld of %zu differ, the first at %zu: %.9g, expected %.9g\n", check::test,
                what.c_str(), static_cast<long long>(wrong), expected.size(), first,
                static_cast<double>(actual[first]), static_cast<double>(expected[first]));
    }
}

// In [-1, 1), with zeros and denormals, and where wild with huge numbers, infinities and NaN.
inline Floats values(int64_t elements, int64_t seed, bool wild)
{
    Floats all(static_cast<size_t>(elements));
    for (int64_t i = 0; i < elements; ++i) {
        const int64_t kind = (i + seed) % 61;
        const float x = static_cast<float>(noise(i, seed));
        const float special[] = {x * 1e30f, -INFINITY, NAN};
        all[static_cast<size_t>(i)] = kind == 0                ? 0.0f
                                      : kind == 1              ? x * 1e-39f
                                      : wild && kind % 13 == 2 ? special[kind % 3]
                                                               : x;
    }
    return all;
}

constexpr int64_t cell = GATUN_CUDA_CELL;

struct Layout {
    int64_t elements;
    Ranges ranges;
};

// Ranges of two groups: one for all, none, and many: some empty, some of one element, some that end where cells or
// blocks of codes do or next to it, gaps, and several in a cell.
inline std::vector<Layout> layouts()
{
    const Ranges many = {{0, 5, 0},          {5, 5, 1},
                         {7, 8, 1},          {9, 254, 0},
                         {254, 257, 1},      {257, 512, 0},
                         {601, cell + 1, 1}, {cell + 1, 2 * cell, 0},
                         {2 * cell, 2 * cell, 0}, {2 * cell, 2 * cell + 3, 1},
                         {2 * cell + 10, 5 * cell + 33, 0}};
    return {{0, {}},           {100, {}},         {1, {{0, 1, 1}}},      {15, {{0, 15, 0}}},
            {16, {{0, 16, 0}}}, {17, {{0, 17, 1}}}, {5 * cell + 37, many}};
}

// What a step may have beside the plain one.
struct Setting {
    const char *name;
    bool all_options;  // scaling, clipping, range coefficients, average
    bool shadow;
    bool parameters;
    bool stochastic;
    int64_t offset;  // of all slabs but gradients; theirs is always 0
};

inline const Setting settings[] = {
    {"plain", false, false, true, false, 0},
    {"unaligned", false, false, true, false, 1},
    {"all options", true, true, true, false, 0},
    {"stochastic copy", true, true, true, true, 2},
    {"bf16 alone", false, true, false, false, 0},
    {"bf16 alone, stochastic", true, true, false, true, 4},
};

// A slab's arrays on the CPU.
struct HostSlabs {
    Floats parameters;
    Floats gradients;
    Floats states[3];
    Floats ema;
    std::vector<uint16_t> shadow;

    HostSlabs(int64_t elements, bool wild)
        : parameters(values(elements, 1, false)), gradients(values(elements, 2, wild)),
          ema(values(elements, 6, false)), shadow(static_cast<size_t>(elements))
    {
        for (Floats &state : states) {
            state.assign(static_cast<size_t>(elements), 0.0f);
        }
        for (size_t i = 0; i < shadow.size(); ++i) {
            uint32_t bits;
            memcpy(&bits, &parameters[i], sizeof bits);
            shadow[i] = static_cast<uint16_t>(bits >> 16);
        }
    }
};

// Their copies on the device.
struct DeviceSlabs {
    DeviceSlab<float> parameters, gradients, first, second, third, ema;
    DeviceSlab<uint16_t> shadow;

    DeviceSlabs(const HostSlabs &host, int64_t offset)
        : parameters(host.parameters, offset), gradients(host.gradients), first(host.states[0], offset),
          second(host.states[1], offset), third(host.states[2], offset), ema(host.ema, offset),
          shadow(host.shadow, offset)
    {
    }

    void check(const std::string &what, const HostSlabs &host) const
    {
        check_same(what + ", parameters", parameters.read(), host.parameters);
        check_same(what + ", first state", first.read(), host.states[0]);
        check_same(what + ", second state", second.read(), host.states[1]);
        check_same(what + ", third state", third.read(), host.states[2]);
        check_same(what + ", ema", ema.read(), host.ema);
        check_same(what + ", shadow", shadow.read(), host.shadow);
    }
};

// Arguments that are all of eight bytes.
class Arguments {
  public:
    template <typename... Values>
    explicit Arguments(Values... values)
    {
        (add(values), ...);
    }

    template <typename Value>
    void add(Value value)
    {
        static_assert(sizeof value == sizeof(uint64_t));
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        values_.push_back(bits);
    }

    void launch(const std::string &kernel, int64_t blocks)
    {
        std::vector<void *> addresses;
        for (uint64_t &value : values_) {
            addresses.push_back(&value);
        }
        device().launch(kernel.c_str(), blocks, addresses.data());
    }

  private:
    std::vector<uint64_t> values_;
};

// Arguments that are not there.
constexpr double *no_doubles = nullptr;
constexpr float *no_floats = nullptr;
constexpr uint8_t *no_codes = nullptr;
constexpr uint16_t *no_bf16 = nullptr;

// A step of any optimizer with its pair of groups on the device.
class DeviceStep {
  public:
    DeviceStep(const Subject &subject, const Layout &layout)
        : rule_(gatun_rule_name(subject.rule)), layerwise_(subject.is_layerwise()), layout_(layout),
          groups_(subject.pair), ranges_(layout.ranges), step_(std::vector<gatun_step>(1)),
          pieces_(std::vector<gatun_cuda_piece>(static_cast<size_t>(layout.elements / cell + 1) +
                                                layout.ranges.size())),
          norms_(std::vector<gatun_cuda_norms>(layout.ranges.size()))
    {
    }

    // step's pointers are to device memory.
    void run(const Step &step, float *parameters, const DeviceSlabs &slabs, int64_t blocks)
    {
        step_.write({step});
        launch(step, parameters, slabs, blocks);
    }

    // The same with the numbers that are there.
    void launch(const Step &step, float *parameters, const DeviceSlabs &slabs, int64_t blocks)
    {
        if (layerwise_) {
            Arguments measuring = arguments(step, parameters, slabs);
            measuring.add(pieces_.data());
            measuring.launch("gatun_cuda_measure_" + rule_, blocks);
            Arguments(ranges_.data(), static_cast<int64_t>(layout_.ranges.size()), pieces_.data(), norms_.data())
                .launch("gatun_cuda_range_norms", blocks);
        }
        Arguments stepping = arguments(step, parameters, slabs);
        if (layerwise_) {
            stepping.add(norms_.data());
        }
        stepping.launch("gatun_cuda_update_" + rule_, blocks);
    }

    const DeviceSlab<gatun_step> &step() const
    {
        return step_;
    }

  private:
    Arguments arguments(const Step &step, float *parameters, const DeviceSlabs &slabs) const
    {
        return Arguments(step_.data(), groups_.data(), int64_t{2}, ranges_.data(),
                         static_cast<int64_t>(layout_.ranges.size()), step.range_coefficients, layout_.elements,
                         parameters, slabs.gradients.data(), slabs.first.data(), slabs.second.data(),
                         slabs.third.data(), step.average, step.bf16_weights);
    }

    std::string rule_;
    bool layerwise_;
    Layout layout_;
    DeviceSlab<double> groups_;
    DeviceSlab<gatun_range> ranges_;
    DeviceSlab<gatun_step> step_;
    DeviceSlab<gatun_cuda_piece> pieces_;
    DeviceSlab<gatun_cuda_norms> norms_;
};

// Four steps of a subject on both, one of them skipped; every array compared.
inline void compare(const Subject &subject, const Layout &layout, const Setting &setting)
{
    const std::string what = std::string(subject.name) + ", " + setting.name + ", " +
                             std::to_string(layout.elements) + " elements";
    HostSlabs host(layout.elements, !subject.is_layerwise());
    const DeviceSlabs slabs(host, setting.offset);
    std::vector<double> coefficients;
    for (size_t i = 0; i < layout.ranges.size(); ++i) {
        coefficients.push_back(1.0 - 0.1 * static_cast<double>(i % 7));
    }
    const DeviceSlab<double> device_coefficients(coefficients);
    DeviceStep on_device(subject, layout);
    for (int64_t t = 1; t <= 4; ++t) {
        Step step = {};
        step.step = t;
        step.gradient_scale = 0.5;
        step.bf16_rounding = setting.stochastic ? 1 : 0;
        step.seed = 0x123456789ABCDEF0u;
        if (setting.all_options) {
            step.clip_coefficient = 0.7;
            step.clip_value = 0.2;
            step.average_decay = 0.9;
            step.average_first = t == 1 ? 1 : 0;
        }
        step.skip = t == 3 ? 1 : 0;
        Step there = step;
        if (setting.all_options) {
            step.range_coefficients = coefficients.data();
            step.average = host.ema.data();
            there.range_coefficients = device_coefficients.data();
            there.average = slabs.ema.data();
        }
        if (setting.shadow) {
            step.bf16_weights = host.shadow.data();
            there.bf16_weights = slabs.shadow.data();
        }
        CHECK_EQUAL(subject.pair_step(&step, layout.ranges.data(), static_cast<int64_t>(layout.ranges.size()),
                                      layout.elements,
                                      {setting.parameters ? host.parameters.data() : nullptr,
                                       host.gradients.data(),
                                       {host.states[0].data(), host.states[1].data(), host.states[2].data()}}),
                    GATUN_SUCCESS);
        on_device.run(there, setting.parameters ? slabs.parameters.data() : nullptr, slabs,
                      layout.elements > cell ? t : 1);
    }
    slabs.check(what, host);
}

TEST(every_optimizer_gives_the_bits_of_the_cpu)
{
    for (const Subject &subject : subjects()) {
        for (const Layout &layout : layouts()) {
            const bool small = layout.elements < cell;
            for (const Setting &setting : settings) {
                if (!small || setting.all_options == setting.shadow) {
                    compare(subject, layout, setting);
                }
            }
        }
    }
}

TEST(as_many_ranges_and_groups_as_you_like)
{
    constexpr int64_t range_count = 70000;
    constexpr int64_t group_count = 50;
    std::vector<gatun_adam_group> groups;
    for (int64_t i = 0; i < group_count; ++i) {
        groups.push_back({.001 * static_cast<double>(i + 1), .9, .999, 1e-8, .01, 0, 0, 1});
    }
    Ranges ranges;
    int64_t elements = 0;
    for (int64_t i = 0; i < range_count; ++i) {
        ranges.push_back({elements, elements + i % 4, i % group_count});
        elements += i % 4 + (i % 11 == 0 ? 1 : 0);
    }
    HostSlabs host(elements, false);
    const DeviceSlabs slabs(host, 0);
    const Step step = {1, 1.0};
    CHECK_EQUAL(adam_step(&step, groups.data(), group_count, ranges.data(), range_count, elements,
                                host.parameters.data(), host.gradients.data(), host.states[0].data(),
                                host.states[1].data()),
                GATUN_SUCCESS);
    const DeviceSlab<gatun_step> device_step({step});
    const DeviceSlab<gatun_adam_group> device_groups(groups);
    const DeviceSlab<gatun_range> device_ranges(ranges);
    Arguments(device_step.data(), device_groups.data(), group_count, device_ranges.data(), range_count, no_doubles,
              elements, slabs.parameters.data(), slabs.gradients.data(), slabs.first.data(), slabs.second.data(),
              slabs.third.data(), no_floats, no_bf16)
        .launch("gatun_cuda_update_adam", 3);
    slabs.check("many ranges", host);
}

// One state of 8 bits on both.
struct CodedSlab {
    std::vector<uint8_t> codes;
    Floats scales;
    DeviceSlab<uint8_t> device_codes;
    DeviceSlab<float> device_scales;

    CodedSlab(int64_t elements, int64_t offset)
        : codes(static_cast<size_t>(elements)),
          scales(static_cast<size_t>(elements / GATUN_STATE_BLOCK + (elements % GATUN_STATE_BLOCK != 0 ? 1 : 0))),
          device_codes(codes, offset), device_scales(scales, offset)
    {
    }

    void check(const std::string &what) const
    {
        check_same(what + ", codes", device_codes.read(), codes);
        check_same(what + ", scales", device_scales.read(), scales);
    }
};

TEST(states_of_8_bits_give_the_bits_of_the_cpu)
{
    const gatun_adam_group adam[] = {{.1, .9, .999, 1e-8, .01}, {.02, .8, .99, 1e-8, .01, .1, 1, 1, 0, 1}};
    const gatun_lion_group lion[] = {{.1, .9, .99, .01}, {.02, .8, .99, .01, .1, 1, 1}};
    const DeviceSlab<gatun_adam_group> device_adam({adam[0], adam[1]});
    const DeviceSlab<gatun_lion_group> device_lion({lion[0], lion[1]});
    for (const Layout &layout : layouts()) {
        for (const int64_t offset : {0, 3}) {
            const std::string what = std::to_string(layout.elements) + " elements at " + std::to_string(offset);
            const int64_t range_count = static_cast<int64_t>(layout.ranges.size());
            const DeviceSlab<gatun_range> ranges(layout.ranges);
            DeviceSlab<gatun_step> device_step({gatun_step{}});
            HostSlabs for_adam(layout.elements, offset == 0);
            HostSlabs for_lion(layout.elements, offset == 0);
            const DeviceSlabs adam_slabs(for_adam, offset);
            const DeviceSlabs lion_slabs(for_lion, offset);
            CodedSlab first(layout.elements, offset), second(layout.elements, offset), moment(layout.elements, offset);
            for (int64_t t = 1; t <= 4; ++t) {
                Step step = {t, 0.5};
                step.seed = 0x123456789ABCDEF0u;
                step.skip = t == 3 ? 1 : 0;
                device_step.write({step});
                CHECK_EQUAL(adam_step_8bit(&step, adam, 2, layout.ranges.data(), range_count, layout.elements,
                                                 for_adam.parameters.data(), for_adam.gradients.data(),
                                                 first.codes.data(), first.scales.data(), second.codes.data(),
                                                 second.scales.data()),
                            GATUN_SUCCESS);
                CHECK_EQUAL(lion_step_8bit(&step, lion, 2, layout.ranges.data(), range_count, layout.elements,
                                                 for_lion.parameters.data(), for_lion.gradients.data(),
                                                 moment.codes.data(), moment.scales.data()),
                            GATUN_SUCCESS);
                Arguments(device_step.data(), device_adam.data(), int64_t{2}, ranges.data(), range_count, no_doubles,
                          layout.elements, adam_slabs.parameters.data(), adam_slabs.gradients.data(),
                          first.device_codes.data(), first.device_scales.data(), second.device_codes.data(),
                          second.device_scales.data(), no_floats, no_bf16)
                    .launch("gatun_cuda_update_8bit_adam", t);
                Arguments(device_step.data(), device_lion.data(), int64_t{2}, ranges.data(), range_count, no_doubles,
                          layout.elements, lion_slabs.parameters.data(), lion_slabs.gradients.data(),
                          moment.device_codes.data(), moment.device_scales.data(), no_codes, no_floats, no_floats,
                          no_bf16)
                    .launch("gatun_cuda_update_8bit_lion", t);
            }
            adam_slabs.check("adam_8bit, " + what, for_adam);
            first.check("first moment, " + what);
            second.check("second moment, " + what);
            lion_slabs.check("lion_8bit, " + what, for_lion);
            moment.check("moment, " + what);
        }
    }
}

TEST(states_are_coded_as_on_the_cpu)
{
    for (const int32_t kind : {GATUN_STATE_SIGNED, GATUN_STATE_NON_NEGATIVE}) {
        for (const int64_t elements : {int64_t{0}, int64_t{1}, int64_t{255}, int64_t{257}, 2 * cell + 3}) {
            for (const bool wild : {false, true}) {
                const Floats source = values(elements, 4, wild);
                const DeviceSlab<float> device_source(source, wild ? 1 : 0);
                CodedSlab coded(elements, wild ? 0 : 2);
                CHECK_EQUAL(gatun_encode_states(elements, kind, source.data(), coded.codes.data(),
                                                coded.scales.data()),
                            GATUN_SUCCESS);
                launch("gatun_cuda_encode_states", 2, elements, kind, static_cast<const float *>(device_source.data()),
                       coded.device_codes.data(), coded.device_scales.data());
                coded.check("coding");
                Floats decoded = source;
                CHECK_EQUAL(gatun_decode_states(elements, kind, coded.codes.data(), coded.scales.data(),
                                                decoded.data()),
                            GATUN_SUCCESS);
                launch("gatun_cuda_decode_states", 2, elements, kind,
                       static_cast<const uint8_t *>(coded.device_codes.data()),
                       static_cast<const float *>(coded.device_scales.data()), device_source.data());
                check_same("decoding", device_source.read(), decoded);
            }
        }
    }
}

// The gradients' norm on the device, with what its second kernel changes.
struct NormRun {
    gatun_step step;
    double norm;
    int64_t first_non_finite;
    std::vector<gatun_cuda_norms> of_ranges;
};

inline NormRun norm_on_device(const Layout &layout, const Floats &weights, const Floats &gradients, int64_t offset,
                              bool weighted, const gatun_step &step, const gatun_cuda_clipping &clipping,
                              int64_t blocks)
{
    const int64_t range_count = static_cast<int64_t>(layout.ranges.size());
    const size_t cells = static_cast<size_t>((layout.elements + cell - 1) / cell);
    const DeviceSlab<gatun_range> ranges(layout.ranges);
    const DeviceSlab<float> device_weights(weights, offset), device_gradients(gradients, offset);
    const DeviceSlab<gatun_cuda_cell> cell_sums{std::vector<gatun_cuda_cell>(cells)};
    const DeviceSlab<gatun_cuda_piece> pieces{std::vector<gatun_cuda_piece>(cells + layout.ranges.size())};
    const DeviceSlab<gatun_cuda_norms> norms{std::vector<gatun_cuda_norms>(layout.ranges.size())};
    const DeviceSlab<gatun_step> device_step({step});
    const DeviceSlab<gatun_cuda_clipping> device_clipping({clipping});
    const DeviceSlab<double> norm({-7.0});
    const DeviceSlab<int64_t> first_non_finite({-7});
    Arguments(ranges.data(), range_count, layout.elements, device_weights.data(), device_gradients.data(),
              cell_sums.data(), pieces.data())
        .launch(weighted ? "gatun_cuda_measure_weighted" : "gatun_cuda_measure", blocks);
    Arguments(ranges.data(), range_count, pieces.data(), norms.data()).launch("gatun_cuda_range_norms", blocks);
    Arguments(device_step.data(), device_clipping.data(), layout.elements, cell_sums.data(), norm.data(),
              first_non_finite.data())
        .launch("gatun_cuda_finish_norm", blocks);
    return {device_step.read()[0], norm.read()[0], first_non_finite.read()[0], norms.read()};
}

constexpr double norm_error = 1e-14;  // relative: only the order of the sums differs

// The same, or within the bound of each other.
inline void check_norm(double actual, double expected)
{
    if (isnan(expected) || isinf(expected)) {
        CHECK(isnan(expected) ? isnan(actual) : actual == expected);
    } else {
        CHECK_NEAR(actual, expected, norm_error * expected);
    }
}

TEST(norms_are_the_cpus)
{
    for (const Layout &layout : layouts()) {
        for (const bool bad : {false, true}) {
            const int64_t range_count = static_cast<int64_t>(layout.ranges.size());
            const Floats weights = values(layout.elements, 3, false);
            Floats gradients = values(layout.elements, 4, false);
            if (bad && layout.elements > 0) {
                gradients.back() = INFINITY;  // in no range where there are many
                gradients[gradients.size() / 2] = NAN;
            }
            double norm, weighted_norm;
            int64_t first, weighted_first, of_any;
            std::vector<double> weight_norms(layout.ranges.size()), gradient_norms(layout.ranges.size());
            CHECK_EQUAL(gatun_gradient_norm(layout.ranges.data(), range_count, layout.elements, gradients.data(), 0.25,
                                            &norm, &first),
                        GATUN_SUCCESS);
            CHECK_EQUAL(gatun_weighted_gradient_norm(layout.ranges.data(), range_count, layout.elements,
                                                     weights.data(), gradients.data(), 0.25, &weighted_norm,
                                                     &weighted_first),
                        GATUN_SUCCESS);
            CHECK_EQUAL(gatun_gradient_norms(layout.ranges.data(), range_count, layout.elements, weights.data(), 1.0,
                                             weight_norms.data(), &of_any),
                        GATUN_SUCCESS);
            CHECK_EQUAL(gatun_gradient_norms(layout.ranges.data(), range_count, layout.elements, gradients.data(), 1.0,
                                             gradient_norms.data(), &of_any),
                        GATUN_SUCCESS);
            const gatun_step step = {1, -0.25};
            const NormRun once = norm_on_device(layout, weights, gradients, 0, false, step, {}, 1);
            const NormRun again = norm_on_device(layout, weights, gradients, 1, false, step, {}, 4);
            const NormRun weighted = norm_on_device(layout, weights, gradients, 0, true, step, {}, 2);
            check_norm(once.norm, norm);
            check_norm(weighted.norm, weighted_norm);
            CHECK_EQUAL(once.first_non_finite, first);
            CHECK_EQUAL(again.first_non_finite, first);
            CHECK_EQUAL(weighted.first_non_finite, weighted_first);
            CHECK(isnan(once.norm) || once.norm == again.norm);  // whatever the blocks and the alignment
            for (size_t i = 0; i < layout.ranges.size(); ++i) {
                check_norm(once.of_ranges[i].weights, weight_norms[i]);
                check_norm(once.of_ranges[i].directions, gradient_norms[i]);
            }
        }
    }
}

TEST(what_follows_from_the_norm_happens_on_the_device)
{
    const Layout layout = {2, {{0, 2, 0}}};
    const Floats weights = {1.0f, 1.0f};
    gatun_step step = {0, 0.5};
    const auto run = [&](const Floats &gradients, const gatun_cuda_clipping &clipping) {
        return norm_on_device(layout, weights, gradients, 0, false, step, clipping, 2).step;
    };
    gatun_step next = run({6.0f, 8.0f}, {});  // a norm of 5
    CHECK(next.step == 1 && next.skip == 0 && next.clip_coefficient == 1.0 && next.average_first == 1);
    step = next;
    next = run({6.0f, 8.0f}, {2.0, 0.0});
    CHECK(next.step == 2 && next.skip == 0 && next.clip_coefficient == 2.0 / (5.0 + 1e-6) && next.average_first == 0);
    next = run({6.0f, 8.0f}, {0.0, 2.0});
    CHECK(next.clip_coefficient == 1.0 / (5.0 / 2.0));
    next = run({6.0f, 8.0f}, {10.0, 10.0});
    CHECK(next.clip_coefficient == 1.0);
    next = run({0.0f, 0.0f}, {1.0, 1.0});
    CHECK(next.clip_coefficient == 1.0 && next.step == 2);
    next = run({6.0f, INFINITY}, {2.0, 0.0});
    CHECK(next.step == 1 && next.skip == 1 && next.clip_coefficient == step.clip_coefficient);
    step = next;
    next = run({6.0f, 8.0f}, {2.0, 0.0});  // and it goes on
    CHECK(next.step == 2 && next.skip == 0);
}

TEST(a_skipped_step_changes_nothing_and_the_next_one_does)
{
    const Layout layout = layouts().back();
    for (const Subject &subject : subjects()) {
        HostSlabs host(layout.elements, false);
        host.gradients[8] = NAN;  // in no range
        const DeviceSlabs slabs(host, 0);
        DeviceStep on_device(subject, layout);
        Step step = {7, 1.0};
        step.skip = 1;
        step.average = slabs.ema.data();
        step.bf16_weights = slabs.shadow.data();
        on_device.run(step, slabs.parameters.data(), slabs, 2);
        slabs.check(std::string(subject.name) + ", skipped", host);
        step.skip = 0;
        on_device.run(step, slabs.parameters.data(), slabs, 2);
        CHECK(memcmp(slabs.parameters.read().data(), host.parameters.data(), 5 * sizeof(float)) != 0);
    }
}

TEST(lookahead_and_perturbation_are_the_cpus)
{
    for (const Layout &layout : layouts()) {
        for (const int64_t offset : {0, 1}) {
            const int64_t range_count = static_cast<int64_t>(layout.ranges.size());
            Floats w = values(layout.elements, 1, false), slow = values(layout.elements, 2, false), saved = slow;
            const Floats gradients = values(layout.elements, 3, true);
            const DeviceSlab<float> device_w(w, offset), device_slow(slow), device_saved(saved, offset),
                device_gradients(gradients, offset);
            const DeviceSlab<gatun_range> ranges(layout.ranges);
            CHECK_EQUAL(gatun_lookahead(layout.elements, 0.3, w.data(), slow.data()), GATUN_SUCCESS);
            Arguments(layout.elements, 0.3, device_w.data(), device_slow.data()).launch("gatun_cuda_lookahead", 2);
            check_same("fast", device_w.read(), w);
            check_same("slow", device_slow.read(), slow);
            const DeviceSlab<double> coefficient({0.05});
            for (const int32_t adaptive : {0, 1}) {
                CHECK_EQUAL(gatun_perturb(layout.ranges.data(), range_count, layout.elements, 0.05, adaptive, w.data(),
                                          gradients.data(), saved.data()),
                            GATUN_SUCCESS);
                launch("gatun_cuda_perturb", 3, static_cast<const gatun_range *>(ranges.data()), range_count,
                       layout.elements, static_cast<const double *>(coefficient.data()), adaptive, device_w.data(),
                       static_cast<const float *>(device_gradients.data()), device_saved.data());
                check_same("perturbed", device_w.read(), w);
                check_same("saved", device_saved.read(), saved);
            }
        }
    }
}

#endif
