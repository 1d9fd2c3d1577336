#include "buffers.h"
#include "check.h"
#include "common/adam_rule.h"
#include "steps.h"

// What torch 2.13.0 gives in float64 for w = (1, -2) under these gradients, one pair per step.
static const double gradients[3][2] = {{0.5, -0.25}, {-0.3, 0.1}, {0.2, 0.4}};

struct Golden {
    gatun_adam_group group;
    int64_t first_known;  // figures exist from this step on
    double after[3][2];
};

static const Golden goldens[] = {
    // Adam lr=.1 wd=.01
    {{0.1, 0.9, 0.999, 1e-8, 0.01},
     1,
     {{0.900000001961, -1.9000000037}, {0.87870124387, -1.85721514669}, {0.841771629833, -1.88896242849}}},
    // Adam lr=.1 wd=.01 betas=(.9,.5)
    {{0.1, 0.9, 0.5, 1e-8, 0.01}, 3, {{}, {}, {0.831403378988, -1.87779882358}}},
    // AdamW lr=.1 wd=.01
    {{0.1, 0.9, 0.999, 1e-8, 0.01, 0, 0, 1},
     1,
     {{0.899000002, -1.898000004}, {0.87895119894, -1.86154142102}, {0.84332947959, -1.89778001961}}},
};

static const gatun_adam_group adamw = goldens[2].group;

TEST(rule_in_double_gives_the_golden_figures)
{
    for (const Golden &golden : goldens) {
        for (int element = 0; element < 2; ++element) {
            double w = element == 0 ? 1.0 : -2.0;
            double first = 0.0;
            double second = 0.0;
            for (int64_t t = 1; t <= 3; ++t) {
                const auto c = gatun::AdamRule::constants<double>({t, 1.0}, golden.group);
                gatun::AdamRule::apply(c, w, gradients[t - 1][element], first, second);
                if (t >= golden.first_known) {
                    CHECK_NEAR(w, golden.after[t - 1][element], 1e-11);
                }
            }
        }
    }
}

TEST(step_gives_the_golden_figures)
{
    for (const Golden &golden : goldens) {
        for_every_setting([&] {
            Buffer w(2), g(2), first(2), second(2);
            w[0] = 1.0f;
            w[1] = -2.0f;
            first.fill_constant(0.0f);
            second.fill_constant(0.0f);
            const gatun_range range = {0, 2, 0};
            for (int64_t t = 1; t <= 3; ++t) {
                g[0] = static_cast<float>(gradients[t - 1][0]);
                g[1] = static_cast<float>(gradients[t - 1][1]);
                const Step step = {t, 1.0};
                CHECK_EQUAL(adam_step(&step, &golden.group, 1, &range, 1, 2, w.data(), g.data(), first.data(),
                                            second.data()),
                            GATUN_SUCCESS);
                if (t >= golden.first_known) {
                    CHECK_ULPS(w[0], golden.after[t - 1][0], 4);
                    CHECK_ULPS(w[1], golden.after[t - 1][1], 4);
                }
            }
        });
    }
}

TEST(scale_and_maximize_apply_to_the_gradient_first)
{
    Buffer w(1), g(1), first(1), second(1);
    w[0] = 1.0f;
    g[0] = 8.0f;
    first[0] = 0.0f;
    second[0] = 0.0f;
    gatun_adam_group group = goldens[0].group;
    group.direction = 1;
    group.weight_decay = 0.5;
    const Step step = {1, 0.25};
    const gatun_range range = {0, 1, 0};
    CHECK_EQUAL(adam_step(&step, &group, 1, &range, 1, 1, w.data(), g.data(), first.data(), second.data()),
                GATUN_SUCCESS);
    CHECK_ULPS(first[0], 0.1 * (-2.0 + 0.5), 2);
    CHECK_ULPS(second[0], 0.001 * 1.5 * 1.5, 2);
    CHECK_ULPS(w[0], 1.1, 2);
}

TEST(every_setting_gives_the_same_bits)
{
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            for (const Golden &golden : goldens) {
                check_same_bits([&] {
                    Buffer w(size, offset), g(size, offset), first(size, offset), second(size, offset);
                    w.fill(1.0f, 1);
                    g.fill(0.1f, 2);
                    first.fill_constant(0.0f);
                    second.fill_constant(0.0f);
                    const gatun_range range = {0, size, 0};
                    for (int64_t t = 1; t <= 2; ++t) {
                        const Step step = {t, 0.5};
                        CHECK_EQUAL(adam_step(&step, &golden.group, 1, &range, 1, size, w.data(), g.data(),
                                                    first.data(), second.data()),
                                    GATUN_SUCCESS);
                    }
                    std::vector<float> result = w.copy();
                    for (const std::vector<float> &state : {first.copy(), second.copy()}) {
                        result.insert(result.end(), state.begin(), state.end());
                    }
                    return result;
                });
            }
        }
    }
}

TEST(each_element_follows_the_rule)
{
    const int64_t size = 100003;
    const Step step = {7, 1.0};
    const gatun_range range = {0, size, 0};
    const auto c = gatun::AdamRule::constants<double>(step, adamw);
    for_every_setting([&] {
        Buffer w(size), g(size), first(size), second(size);
        w.fill(1.0f, 1);
        g.fill(0.1f, 2);
        first.fill(0.1f, 3);
        second.fill_constant(0.01f);
        const std::vector<float> before = w.copy();
        const std::vector<float> first_before = first.copy();
        CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, size, w.data(), g.data(), first.data(),
                                    second.data()),
                    GATUN_SUCCESS);
        double worst = 0.0;
        for (int64_t i = 0; i < size; ++i) {
            double expected = static_cast<double>(before[static_cast<size_t>(i)]);
            double m = static_cast<double>(first_before[static_cast<size_t>(i)]);
            double v = static_cast<double>(0.01f);
            gatun::AdamRule::apply(c, expected, static_cast<double>(g[i]), m, v);
            worst = fmax(worst, fabs(static_cast<double>(w[i]) - expected));
            worst = fmax(worst, fabs(static_cast<double>(first[i]) - m));
            worst = fmax(worst, fabs(static_cast<double>(second[i]) - v));
        }
        CHECK_NEAR(worst, 0.0, 2e-7);
    });
}

TEST(ranges_take_their_own_group_and_gaps_stay)
{
    const int64_t size = 70001;
    gatun_adam_group groups[40];
    for (int i = 0; i < 40; ++i) {
        groups[i] = adamw;
        groups[i].learning_rate = i + 1;
        groups[i].weight_decay = 0.0;
    }
    // Out of order, one empty, the last group beyond those a call keeps ready.
    const gatun_range ranges[] = {{40000, 70000, 39}, {3, 20, 0}, {25, 25, 7}, {20, 39000, 2}};
    const Step step = {1, 1.0};
    for_every_setting([&] {
        Buffer w(size), g(size), first(size), second(size);
        w.fill_constant(50.0f);
        g.fill_constant(1.0f);
        first.fill_constant(0.0f);
        second.fill_constant(0.0f);
        CHECK_EQUAL(adam_step(&step, groups, 40, ranges, 4, size, w.data(), g.data(), first.data(),
                                    second.data()),
                    GATUN_SUCCESS);
        int64_t wrong = 0;
        for (int64_t i = 0; i < size; ++i) {
            const double rate = i >= 40000 && i < 70000 ? 40 : i >= 20 && i < 39000 ? 3 : i >= 3 && i < 20 ? 1 : 0;
            const bool touched = first[i] != 0.0f || second[i] != 0.0f || w[i] != 50.0f;
            const bool right = fabs(static_cast<double>(w[i]) - (50.0 - rate)) < 1e-5;
            wrong += right && touched == (rate != 0) ? 0 : 1;
        }
        CHECK_EQUAL(wrong, 0);
    });
}

TEST(non_finite_gradients_reach_only_their_own_element)
{
    for_every_setting([] {
        Buffer w(40), g(40), first(40), second(40);
        w.fill_constant(1.0f);
        g.fill_constant(1.0f);
        first.fill_constant(0.0f);
        second.fill_constant(0.0f);
        g[3] = NAN;
        g[17] = INFINITY;
        const Step step = {2, 1.0};
        const gatun_range range = {0, 40, 0};
        CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, 40, w.data(), g.data(), first.data(),
                                    second.data()),
                    GATUN_SUCCESS);
        for (int64_t i = 0; i < 40; ++i) {
            CHECK(i == 3 || i == 17 ? isnan(w[i]) : w[i] == w[0]);
        }
        CHECK(first[17] == INFINITY && second[17] == INFINITY);
    });
}

// What a call with these arguments says; nothing may have been written unless it succeeds.
static int32_t status_of(gatun_adam_group group, std::vector<gatun_range> ranges, Step step = {1, 1.0})
{
    Buffer w(40), g(40), first(40), second(40);
    w.fill_constant(1.0f);
    g.fill_constant(1.0f);
    first.fill_constant(1.0f);
    second.fill_constant(1.0f);
    const int32_t status = adam_step(&step, &group, 1, ranges.data(), static_cast<int64_t>(ranges.size()), 40,
                                           w.data(), g.data(), first.data(), second.data());
    for (int64_t i = 0; i < 40 && status != GATUN_SUCCESS; ++i) {
        CHECK(w[i] == 1.0f && first[i] == 1.0f && second[i] == 1.0f);
    }
    return status;
}

TEST(bad_arguments_are_refused)
{
    const std::vector<gatun_range> all = {{0, 40, 0}};
    CHECK_EQUAL(status_of(adamw, all), GATUN_SUCCESS);
    CHECK_EQUAL(status_of({0, 0, 0, 0, 0, 0, 0}, all), GATUN_SUCCESS);
    CHECK_EQUAL(status_of({-0.1, 0.9, 0.999, 1e-8, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({INFINITY, 0.9, 0.999, 1e-8, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 1.0, 0.999, 1e-8, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 1.0, 1e-8, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, -0.1, 0.999, 1e-8, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, NAN, 1e-8, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0.999, -1e-8, 0, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0.999, 1e-8, -1, 0, 0}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0.999, 1e-8, 0, 0, 0, 2}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of({0.1, 0.9, 0.999, 1e-8, 0, 0, 0, 0, 0, 2}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of(adamw, all, {0, 1.0}), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of(adamw, all, {1, INFINITY}), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of(adamw, {{0, 4, 1}}), GATUN_INVALID_VALUE);
    CHECK_EQUAL(status_of(adamw, {{0, 41, 0}}), GATUN_INVALID_SIZE);
    CHECK_EQUAL(status_of(adamw, {{10, 20, 0}, {0, 11, 0}}), GATUN_INVALID_SIZE);
}

TEST(null_pointers_are_refused)
{
    float w = 1.0f, g = 1.0f, m = 0.0f, v = 0.0f;
    const Step step = {1, 1.0};
    const gatun_range range = {0, 1, 0};
    CHECK_EQUAL(adam_step(nullptr, &adamw, 1, &range, 1, 1, &w, &g, &m, &v), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam_step(&step, nullptr, 1, &range, 1, 1, &w, &g, &m, &v), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam_step(&step, &adamw, 1, nullptr, 1, 1, &w, &g, &m, &v), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, 1, nullptr, &g, &m, &v), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, 1, &w, nullptr, &m, &v), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, 1, &w, &g, nullptr, &v), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, 1, &w, &g, &m, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam_step(&step, &adamw, 1, nullptr, 0, 0, nullptr, nullptr, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(w == 1.0f && m == 0.0f && v == 0.0f);
}
