// Every elementwise optimizer on the GPU against the CPU kernel on the same inputs, then GB/s beside a device-to-device
// copy. Needs the driver only, and loads it by hand: this program starts everywhere.
//
//   cuda_optimizers <optimizers.fatbin>      exit status 77 where there is no device
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <string>

#include "optimizers.h"

typedef unsigned long long DevicePointer;

struct Driver {
    int (*init)(unsigned);
    int (*device_count)(int *);
    int (*device)(int *, int);
    int (*retain)(void **, int);
    int (*set_current)(void *);
    int (*load)(void **, const char *);
    int (*function)(void **, void *, const char *);
    int (*allocate)(DevicePointer *, size_t);
    int (*release)(DevicePointer);
    int (*to_device)(DevicePointer, const void *, size_t);
    int (*to_host)(void *, DevicePointer, size_t);
    int (*on_device)(DevicePointer, DevicePointer, size_t, void *);
    int (*launch)(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **,
                  void **);
    int (*new_event)(void **, unsigned);
    int (*record)(void *, void *);
    int (*wait)(void *);
    int (*elapsed)(float *, void *, void *);
};

static bool open_driver(Driver &driver)
{
    void *library = dlopen("libcuda.so.1", RTLD_NOW);
    if (library == nullptr) {
        return false;
    }
    const struct {
        void *slot;
        const char *name;
    } names[] = {
        {&driver.init, "cuInit"},
        {&driver.device_count, "cuDeviceGetCount"},
        {&driver.device, "cuDeviceGet"},
        {&driver.retain, "cuDevicePrimaryCtxRetain"},
        {&driver.set_current, "cuCtxSetCurrent"},
        {&driver.load, "cuModuleLoad"},
        {&driver.function, "cuModuleGetFunction"},
        {&driver.allocate, "cuMemAlloc_v2"},
        {&driver.release, "cuMemFree_v2"},
        {&driver.to_device, "cuMemcpyHtoD_v2"},
        {&driver.to_host, "cuMemcpyDtoH_v2"},
        {&driver.on_device, "cuMemcpyDtoDAsync_v2"},
        {&driver.launch, "cuLaunchKernel"},
        {&driver.new_event, "cuEventCreate"},
        {&driver.record, "cuEventRecord"},
        {&driver.wait, "cuEventSynchronize"},
        {&driver.elapsed, "cuEventElapsedTime"},
    };
    for (const auto &entry : names) {
        void *address = dlsym(library, entry.name);
        if (address == nullptr) {
            return false;
        }
        memcpy(entry.slot, &address, sizeof address);
    }
    return true;
}

static void need(int status, const char *what)
{
    if (status != 0) {
        fprintf(stderr, "%s: CUDA error %d\n", what, status);
        exit(1);
    }
}

// Device memory with a copy of what it began with.
struct DeviceCopy {
    DeviceCopy(const Driver &d, const void *data, size_t bytes) : driver(d)
    {
        need(driver.allocate(&pointer, bytes), "cuMemAlloc");
        need(driver.to_device(pointer, data, bytes), "cuMemcpyHtoD");
    }

    DeviceCopy(const DeviceCopy &) = delete;
    DeviceCopy &operator=(const DeviceCopy &) = delete;

    ~DeviceCopy()
    {
        driver.release(pointer);
    }

    const Driver &driver;
    DevicePointer pointer = 0;
};

// "rmsprop_centered" runs gatun_rmsprop, "adamw" gatun_adam.
static std::string kernel_of(const char *name)
{
    const std::string rule = std::string(name).substr(0, strcspn(name, "_"));
    return "gatun_" + (rule == "adamw" ? "adam" : rule);
}

static double milliseconds(const Driver &driver, int repeats, const std::function<void()> &work)
{
    void *start = nullptr, *stop = nullptr;
    need(driver.new_event(&start, 0), "cuEventCreate");
    need(driver.new_event(&stop, 0), "cuEventCreate");
    double best = 1e30;
    for (int i = 0; i < repeats; ++i) {
        float time = 0.0f;
        need(driver.record(start, nullptr), "cuEventRecord");
        work();
        need(driver.record(stop, nullptr), "cuEventRecord");
        need(driver.wait(stop), "cuEventSynchronize");
        need(driver.elapsed(&time, start, stop), "cuEventElapsedTime");
        best = time < best ? static_cast<double>(time) : best;
    }
    return best;
}

int main(int count, char **arguments)
{
    constexpr int no_device = 77;
    Driver driver = {};
    int devices = 0;
    if (!open_driver(driver) || driver.init(0) != 0 || driver.device_count(&devices) != 0 || devices == 0) {
        printf("no device\n");
        return no_device;
    }
    if (count != 2) {
        fprintf(stderr, "cuda_optimizers <optimizers.fatbin>\n");
        return 2;
    }
    int device = 0;
    void *context = nullptr, *module = nullptr;
    need(driver.device(&device, 0), "cuDeviceGet");
    need(driver.retain(&context, device), "cuDevicePrimaryCtxRetain");
    need(driver.set_current(context), "cuCtxSetCurrent");
    need(driver.load(&module, arguments[1]), "cuModuleLoad");

    const int64_t elements = 11200000;
    const size_t bytes = static_cast<size_t>(elements) * sizeof(float);
    // Two ranges and a gap between them.
    const gatun_range ranges[] = {{0, 1000003, 0}, {1000010, elements, 0}};
    std::vector<float> w0(elements), g(elements), zero(elements);
    for (int64_t i = 0; i < elements; ++i) {
        w0[static_cast<size_t>(i)] = static_cast<float>(noise(i, 0));
        g[static_cast<size_t>(i)] = static_cast<float>(noise(i, 1));
    }
    const DeviceCopy from(driver, w0.data(), bytes), to(driver, w0.data(), bytes), gradients(driver, g.data(), bytes),
        device_ranges(driver, ranges, sizeof ranges);
    const double copy = 8.0 * static_cast<double>(elements) / 1e6 / milliseconds(driver, 20, [&] {
                            need(driver.on_device(to.pointer, from.pointer, bytes, nullptr), "cuMemcpyDtoDAsync");
                        });
    printf("%-20s %8.0f GB/s\n", "copy", copy);

    int failures = 0;
    for (const Subject &subject : subjects()) {
        if (strncmp(subject.name, "lamb", 4) == 0 || strncmp(subject.name, "lars", 4) == 0) {
            continue;  // the CPU's only
        }
        void *kernel = nullptr;
        need(driver.function(&kernel, module, kernel_of(subject.name).c_str()), subject.name);
        const DeviceCopy w(driver, w0.data(), bytes), a(driver, zero.data(), bytes), b(driver, zero.data(), bytes),
            c(driver, zero.data(), bytes), group(driver, subject.group.data(), subject.group.size());
        std::vector<float> cpu_w = w0, cpu_a = zero, cpu_b = zero, cpu_c = zero;
        gatun_step step = {};
        step.gradient_scale = 0.5;
        step.clip_value = 0.25;
        const DeviceCopy device_step(driver, &step, sizeof step);
        DevicePointer pointers[] = {device_step.pointer, group.pointer, device_ranges.pointer, w.pointer,
                                    gradients.pointer,   a.pointer,     b.pointer,             c.pointer};
        void *values[8];
        for (int i = 0; i < 8; ++i) {
            values[i] = &pointers[i];
        }
        const auto launch = [&] {
            need(driver.launch(kernel, 2048, 2, 1, 256, 1, 1, 0, nullptr, values, nullptr), "cuLaunchKernel");
        };
        for (step.step = 1; step.step <= 5; ++step.step) {
            need(driver.to_device(device_step.pointer, &step, sizeof step), "cuMemcpyHtoD");
            launch();
            subject.step(&step, ranges, 2, elements,
                         {cpu_w.data(), g.data(), {cpu_a.data(), cpu_b.data(), cpu_c.data()}});
        }
        std::vector<float> gpu_w(elements);
        need(driver.to_host(gpu_w.data(), w.pointer, bytes), "cuMemcpyDtoH");
        double worst = 0.0;
        for (size_t i = 0; i < gpu_w.size(); ++i) {
            // A NaN counts as far away.
            const double difference = fabs(static_cast<double>(gpu_w[i]) - static_cast<double>(cpu_w[i]));
            worst = difference <= worst ? worst : difference;
        }
        const bool good = worst <= 1e-6;
        failures += good ? 0 : 1;
        const double rate =
            (12.0 + 8.0 * subject.states) * static_cast<double>(elements) / 1e6 / milliseconds(driver, 20, launch);
        printf("%-20s %8.0f GB/s %6.2f of copy   worst difference from the CPU %.1e%s\n", subject.name, rate,
               rate / copy, worst, good ? "" : "   WRONG");
    }
    return failures == 0 ? 0 : 1;
}
