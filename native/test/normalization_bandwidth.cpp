// Prints how fast each normalisation moves memory, in each layout, beside a copy: a table for a person to read.
//
//   normalization_bandwidth [threads]
//
// A forward pass reads its images twice and writes once, a backward pass reads two tensors twice and writes one; rows
// of a layer normalisation are still in a cache the second time and count once. Rounds of all are interleaved; medians
// count.
#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "gatun.h"

namespace {

constexpr int rounds = 15;
constexpr double epsilon = 1e-5;

struct Row {
    std::string name;
    double bytes;  // of an element, read and written
    std::function<void()> run;
    std::vector<double> milliseconds;
};

struct Memory {
    std::vector<float> of;
    float *start;

    explicit Memory(int64_t elements, float factor) : of(static_cast<size_t>(elements) + 16)
    {
        uint32_t random = 7;
        for (float &each : of) {
            random = random * 1664525u + 1013904223u;
            each = factor * (static_cast<float>(random >> 8) / 8388608.0f - 1.0f);
        }
        start = of.data() + (16 - reinterpret_cast<uintptr_t>(of.data()) / sizeof(float) % 16) % 16;
    }
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void measure(std::vector<Row> &rows)
{
    for (int round = 0; round <= rounds; ++round) {
        for (Row &row : rows) {
            const auto start = std::chrono::steady_clock::now();
            row.run();
            const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
            if (round > 0) {
                row.milliseconds.push_back(taken.count());
            }
        }
    }
}

// Beside the first, which is the copy.
void print(const std::vector<Row> &rows, int64_t elements)
{
    printf(": %.0f MB\n%-34s %9s %8s %8s\n", static_cast<double>(elements) * sizeof(float) / 1e6, "", "ms", "GB/s",
           "of copy");
    double copy = 0.0;
    for (const Row &row : rows) {
        const double taken = median(row.milliseconds);
        const double rate = row.bytes * static_cast<double>(elements) / taken / 1e6;
        copy = copy == 0.0 ? rate : copy;
        printf("%-34s %9.3f %8.1f %8.2f\n", row.name.c_str(), taken, rate, rate / copy);
    }
}

void table(int64_t images, int64_t channels, int64_t pixels)
{
    const int64_t elements = images * channels * pixels;
    Memory src(elements, 1.0f), dst(elements, 1.0f), diff(elements, 1.0f), diff_src(elements, 1.0f);
    const int64_t most = channels * images;
    Memory scale(most, 1.0f), shift(most, 0.1f), mean(most, 0.0f), variance(most, 0.0f), diff_scale(most, 0.0f),
        diff_shift(most, 0.0f);
    std::fill(variance.of.begin(), variance.of.end(), 0.33f);
    const struct {
        const char *name;
        int64_t width;
    } layouts[] = {{"channels last", channels}, {"blocks of 8", 8}, {"row-major", 1}};
    std::vector<std::vector<double>> scratches;
    std::vector<Row> rows;
    rows.push_back({"copy", 8.0, [&] { gatun_copy(elements, src.start, dst.start); }, {}});
    for (const auto &layout : layouts) {
        const gatun_channels shape = {images, channels, pixels, layout.width};
        const std::string name = std::string(", ") + layout.name;
        scratches.emplace_back(static_cast<size_t>(gatun_batch_normalization_scratch(&shape)) / 8 + 1);
        double *batch = scratches.back().data();
        rows.push_back({"batch forward" + name, 12.0, [=, &src, &dst, &scale, &shift, &mean, &variance] {
                            gatun_batch_normalization_forward(&shape, src.start, epsilon, scale.start, shift.start,
                                                              nullptr, 1, dst.start, mean.start, variance.start, batch);
                        }, {}});
        rows.push_back({"batch backward" + name, 20.0,
                        [=, &src, &diff, &diff_src, &scale, &shift, &mean, &variance, &diff_scale, &diff_shift] {
                            gatun_batch_normalization_backward(&shape, src.start, diff.start, mean.start,
                                                               variance.start, epsilon, scale.start, shift.start, 1,
                                                               0, diff_src.start, diff_scale.start, diff_shift.start,
                                                               batch);
                        }, {}});
        for (const int64_t groups : {channels / 8 > 0 ? channels / 8 : 1, channels}) {
            scratches.emplace_back(static_cast<size_t>(gatun_group_normalization_scratch(&shape, groups)) / 8 + 1);
            double *group = scratches.back().data();
            const int64_t bytes = static_cast<int64_t>(scratches.back().size() * sizeof(double));
            const std::string kind = groups == channels ? "instance" : "group";
            rows.push_back({kind + " forward" + name, 12.0, [=, &src, &dst, &scale, &shift, &mean, &variance] {
                                gatun_group_normalization_forward(&shape, groups, src.start, epsilon, scale.start,
                                                                  shift.start, dst.start, mean.start, variance.start,
                                                                  group, bytes);
                            }, {}});
            rows.push_back({kind + " backward" + name, 20.0,
                            [=, &src, &diff, &diff_src, &scale, &mean, &variance, &diff_scale, &diff_shift] {
                                gatun_group_normalization_backward(&shape, groups, src.start, diff.start, mean.start,
                                                                   variance.start, epsilon, scale.start,
                                                                   diff_src.start, diff_scale.start,
                                                                   diff_shift.start, group, bytes);
                            }, {}});
        }
    }
    measure(rows);
    printf("\n%lld images, %lld channels, %lld pixels", static_cast<long long>(images),
           static_cast<long long>(channels), static_cast<long long>(pixels));
    print(rows, elements);
}

void table_of_rows(int64_t count, int64_t features)
{
    const int64_t elements = count * features;
    Memory src(elements, 1.0f), dst(elements, 1.0f), diff(elements, 1.0f), diff_src(elements, 1.0f);
    Memory scale(features, 1.0f), shift(features, 0.1f), mean(count, 0.0f), variance(count, 0.0f),
        diff_scale(features, 0.0f), diff_shift(features, 0.0f);
    std::vector<double> scratch(static_cast<size_t>(gatun_layer_normalization_scratch(count, features)) / 8 + 1);
    const int64_t bytes = static_cast<int64_t>(scratch.size() * sizeof(double));
    std::vector<Row> rows;
    rows.push_back({"copy", 8.0, [&] { gatun_copy(elements, src.start, dst.start); }, {}});
    const struct {
        const char *name;
        bool centred;
    } kinds[] = {{"layer", true}, {"rms", false}};
    for (const auto &kind : kinds) {
        float *middle = kind.centred ? mean.start : nullptr;
        float *offset = kind.centred ? shift.start : nullptr;
        float *diff_offset = kind.centred ? diff_shift.start : nullptr;
        rows.push_back({std::string(kind.name) + " forward", 8.0, [=, &src, &dst, &scale, &variance, &scratch] {
                            gatun_layer_normalization_forward(count, features, src.start, epsilon, scale.start,
                                                              offset, dst.start, middle, variance.start,
                                                              scratch.data(), bytes);
                        }, {}});
        rows.push_back({std::string(kind.name) + " backward", 12.0,
                        [=, &src, &diff, &diff_src, &scale, &variance, &diff_scale, &scratch] {
                            gatun_layer_normalization_backward(count, features, src.start, diff.start, middle,
                                                               variance.start, epsilon, scale.start, diff_src.start,
                                                               diff_scale.start, diff_offset, scratch.data(), bytes);
                        }, {}});
    }
    measure(rows);
    printf("\n%lld rows of %lld", static_cast<long long>(count), static_cast<long long>(features));
    print(rows, elements);
}

}  // namespace

int main(int argc, char **argv)
{
    if (argc > 1) {
        gatun_set_threads(atoi(argv[1]));
    }
    printf("%d threads, %s\n", gatun_get_threads(), gatun_isa_name(gatun_get_isa()));
    table(64, 64, 32 * 32);
    table(16, 256, 14 * 14);
    table(16, 64, 112 * 112);
    table_of_rows(16 * 197, 192);
    table_of_rows(32 * 128, 768);
    table_of_rows(8 * 1024, 512);
    table_of_rows(400000, 16);
    return 0;
}
