// Gradients whose squares f32 does not hold, and infinite ones: every elementwise rule does as torch in f32.
#include <string>

#include "buffers.h"
#include "check.h"
#include "optimizers.h"

static constexpr int64_t size = 10;

struct Extreme {
    const char *name;
    const char *rule;
    std::vector<HyperParameter> settings;
    std::array<double, size> after;  // of gradients, from weights of 1
};

#include "golden/extremes.inc"

static bool agrees(double got, double wanted)
{
    return isnan(wanted) ? isnan(got)
        : isinf(wanted)  ? got == wanted
                         : fabs(got - wanted) <= 1e-6 * fmax(1.0, fabs(wanted));
}

TEST(extreme_gradients_do_what_they_do_in_torch)
{
    const gatun_range range = {0, size, 0};
    for (const Extreme &extreme : extremes) {
        const int32_t rule = gatun_find_rule(extreme.rule);
        const Numbers group = group_of(extreme.name, rule, extreme.settings);
        for_every_setting([&] {
            Buffer w(size), g(size), a(size), b(size), c(size);
            w.fill_constant(1.0f);
            for (Buffer *state : {&a, &b, &c}) {
                state->fill_constant(0.0f);
            }
            Step step = {};
            step.gradient_scale = 1.0;
            for (const auto &now : gradients) {
                step.step += 1;
                for (int64_t i = 0; i < size; ++i) {
                    g[i] = static_cast<float>(now[i]);
                }
                CHECK_EQUAL(update(rule, &step, group.data(), 1, &range, 1, size, w.data(), g.data(), a.data(),
                                   b.data(), c.data()),
                            GATUN_SUCCESS);
            }
            for (int64_t i = 0; i < size; ++i) {
                if (!agrees(static_cast<double>(w[i]), extreme.after[static_cast<size_t>(i)])) {
                    fprintf(stderr, "%s, weight %d: %g, torch has %g\n", extreme.name, static_cast<int>(i),
                            static_cast<double>(w[i]), extreme.after[static_cast<size_t>(i)]);
                    CHECK(!"agrees");
                }
            }
        });
    }
}

// A rule of signs moves its weight once more by what an infinite gradient left behind, and then no more, also where
// the states have 8 bits and a block is NaN as a whole.
TEST(rules_of_signs_stop_at_an_infinite_gradient)
{
    const gatun_range range = {0, size, 0};
    const gatun_lion_group lion = {.1, .9, .99};
    for_every_setting([&] {
        Buffer w(size), g(size), scale(1);
        std::vector<uint8_t> codes(static_cast<size_t>(size));
        w.fill_constant(1.0f);
        g.fill_constant(0.5f);
        scale[0] = 0.0f;
        g[3] = INFINITY;
        for (int64_t t = 1; t <= 4; ++t) {
            Step step = {};
            step.step = t;
            step.gradient_scale = 1.0;
            CHECK_EQUAL(lion_step_8bit(&step, &lion, 1, &range, 1, size, w.data(), g.data(), codes.data(),
                                       scale.data()),
                        GATUN_SUCCESS);
            g[3] = 0.5f;
            for (int64_t i = 0; i < size; ++i) {
                CHECK(w[i] == 1.0f - 0.1f);
            }
        }
    });
}
