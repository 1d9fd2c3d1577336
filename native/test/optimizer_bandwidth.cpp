// How fast every optimizer's pass is, in GB/s of what it must read and write, beside an in-place triad (a <- a + b) and
// gatun_copy in the same run. Rounds go through all of them in turn and the best of each counts, so that a busy moment
// of the machine hits all alike.
//
//   optimizer_bandwidth [elements [rounds [threads...]]]     default: 11200000 12, 1 and 2 threads
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <string>

#include "optimizers.h"

// One thread counts its own processor time: what others took of it meanwhile does not count.
static double now(int threads)
{
    timespec t;
    clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Entry {
    std::string name;
    int bytes;  // per element
    std::function<void()> run;
    double best;
};

static float *slab(int64_t elements, float scale)
{
    float *data = static_cast<float *>(aligned_alloc(4096, static_cast<size_t>(elements * 4 + 4095) / 4096 * 4096));
    for (int64_t i = 0; i < elements; ++i) {
        data[i] = scale * static_cast<float>(noise(i, 1));
    }
    return data;
}

int main(int count, char **arguments)
{
    const int64_t elements = count > 1 ? atoll(arguments[1]) : 11200000;
    const int rounds = count > 2 ? atoi(arguments[2]) : 12;
    std::vector<int> threads = {1, 2};
    if (count > 3) {
        threads.clear();
        for (int i = 3; i < count; ++i) {
            threads.push_back(atoi(arguments[i]));
        }
    }
    // States are zero, as a first step finds them.
    float *w = slab(elements, 1.0f), *g = slab(elements, 0.01f);
    float *a = slab(elements, 0.0f), *b = slab(elements, 0.0f), *c = slab(elements, 0.0f), *ema = slab(elements, 0.0f);
    uint8_t *codes = reinterpret_cast<uint8_t *>(slab(elements / 2 + 1, 1.0f));
    uint16_t *shadow = reinterpret_cast<uint16_t *>(slab(elements / 2 + 1, 0.0f));
    const gatun_range range = {0, elements, 0};
    std::vector<gatun_range> parts;
    for (int64_t i = 0; i < 1000; ++i) {
        parts.push_back({elements / 1000 * i, elements / 1000 * (i + 1), 0});
    }
    std::vector<double> norms(1000);
    Step step = {};
    step.gradient_scale = 1.0;
    Step full = {};
    int64_t t = 0;

    std::vector<Entry> entries;
    const gatun_sgd_group plain = {1e-9};
    entries.push_back({"triad", 12, [&] { gatun_add_forward(elements, a, g, a); }, 1e9});
    entries.push_back({"copy", 8, [&] { gatun_copy(elements, g, ema); }, 1e9});
    entries.push_back({"find_non_finite", 4,
                       [&] {
                           int64_t bad;
                           gatun_find_non_finite(elements, g, &bad);
                       },
                       1e9});
    entries.push_back({"gradient_norm", 4,
                       [&] {
                           double norm;
                           int64_t bad;
                           gatun_gradient_norm(&range, 1, elements, g, 1.0, &norm, &bad);
                       },
                       1e9});
    entries.push_back({"gradient_norms of 1000", 4,
                       [&] {
                           int64_t bad;
                           gatun_gradient_norms(parts.data(), 1000, elements, g, 1.0, norms.data(), &bad);
                       },
                       1e9});
    entries.push_back({"weighted_norm", 8,
                       [&] {
                           double norm;
                           int64_t bad;
                           gatun_weighted_gradient_norm(&range, 1, elements, w, g, 1.0, &norm, &bad);
                       },
                       1e9});
    entries.push_back({"sgd, no decay", 12,
                       [&] { sgd_step(&step, &plain, 1, &range, 1, elements, w, g); }, 1e9});
    const gatun_adam_group adamw = {1e-9, 0.9, 0.999, 1e-8, 0.01, 0, 0, 1};
    const gatun_adam_group proximal = {1e-9, 0.9, 0.999, 1e-8, 0.01, 1e-3, 1, 1};
    const gatun_lion_group lion = {1e-9, 0.9, 0.99, 0.01};
    entries.push_back({"adamw, proximal", 28,
                       [&] { adam_step(&step, &proximal, 1, &range, 1, elements, w, g, a, b); }, 1e9});
    // Scales are 1/64 of an f32 per element more.
    entries.push_back({"adamw_8bit", 16,
                       [&] {
                           adam_step_8bit(&step, &adamw, 1, &range, 1, elements, w, g, codes, a, codes + elements,
                                                b);
                       },
                       1e9});
    entries.push_back({"lion_8bit", 14,
                       [&] { lion_step_8bit(&step, &lion, 1, &range, 1, elements, w, g, codes, a); }, 1e9});
    entries.push_back({"lookahead", 16, [&] { gatun_lookahead(elements, 0.5, w, ema); }, 1e9});
    entries.push_back({"perturb", 16,
                       [&] { gatun_perturb(&range, 1, elements, 1e-9, 0, w, g, ema); }, 1e9});
    const std::vector<Subject> all = subjects();
    for (const Subject &subject : all) {
        const bool lamb = strcmp(subject.name, "lamb") == 0;
        const bool lars = strncmp(subject.name, "lars", 4) == 0;
        const int bytes = lamb ? 40 : lars ? 28 : 12 + 8 * subject.states();
        entries.push_back({subject.name, bytes,
                           [&] { subject.step(&step, &range, 1, elements, {w, g, {a, b, c}}); }, 1e9});
        if (strcmp(subject.name, "adamw") == 0) {
            for (const bool stochastic : {false, true}) {
                entries.push_back({stochastic ? "adamw, bf16 stochastic" : "adamw, bf16 nearest", 24,
                                   [&, stochastic] {
                                       full = step;
                                       full.bf16_weights = shadow;
                                       full.bf16_rounding = stochastic;
                                       subject.step(&full, &range, 1, elements, {nullptr, g, {a, b, c}});
                                   },
                                   1e9});
            }
            entries.push_back({"adamw, all outputs", 38,
                               [&] {
                                   full = step;
                                   full.clip_coefficient = 0.5;
                                   full.clip_value = 1.0;
                                   full.average = ema;
                                   full.average_decay = 0.999;
                                   full.bf16_weights = shadow;
                                   subject.step(&full, &range, 1, elements, {w, g, {a, b, c}});
                               },
                               1e9});
        }
    }
    for (const int team : threads) {
        gatun_set_threads(team);
        for (Entry &entry : entries) {
            entry.best = 1e9;
        }
        for (int round = 0; round < rounds; ++round) {
            step.step = ++t;
            for (Entry &entry : entries) {
                // What one rule leaves may be nothing for the next: positive, small, and no denormals.
                std::fill(a, a + elements, 1e-3f);
                std::fill(b, b + elements, 1e-2f);
                std::fill(c, c + elements, 1e-2f);
                const double start = now(team);
                entry.run();
                entry.best = std::min(entry.best, now(team) - start);
            }
        }
        const double triad = 12e-9 * static_cast<double>(elements) / entries[0].best;
        printf("%lld elements, %d threads, %s\n", static_cast<long long>(elements), team,
               gatun_isa_name(gatun_get_isa()));
        printf("%-22s %7s %9s %8s %9s\n", "", "B/elem", "ms", "GB/s", "of triad");
        for (const Entry &entry : entries) {
            const double rate = entry.bytes * 1e-9 * static_cast<double>(elements) / entry.best;
            printf("%-22s %7d %9.3f %8.1f %9.2f\n", entry.name.c_str(), entry.bytes, entry.best * 1e3, rate,
                   rate / triad);
        }
        printf("\n");
    }
    return 0;
}
