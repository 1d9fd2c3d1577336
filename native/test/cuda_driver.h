// A GPU through the CUDA driver, loaded by hand, so that a program starts where there is none.
#ifndef GATUN_TEST_CUDA_DRIVER_H
#define GATUN_TEST_CUDA_DRIVER_H

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "cuda_device.h"

class Driver : public Device {
  public:
    // Whether there are a driver and a device.
    bool open()
    {
        int devices = 0;
        return resolve() && api_.init(0) == 0 && api_.device_count(&devices) == 0 && devices > 0;
    }

    // The module: a fatbin's path.
    void load(const char *path)
    {
        void *context = nullptr;
        need(api_.device(&device_, 0), "cuDeviceGet");
        need(api_.retain(&context, device_), "cuDevicePrimaryCtxRetain");
        need(api_.set_current(context), "cuCtxSetCurrent");
        need(api_.load(&module_, path), path);
    }

    void print_name() const
    {
        constexpr int multiprocessors = 16;  // CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
        char name[256] = "";
        int count = 0;
        need(api_.device_name(name, sizeof name, device_), "cuDeviceGetName");
        need(api_.attribute(&count, multiprocessors, device_), "cuDeviceGetAttribute");
        printf("%s, %d multiprocessors\n", name, count);
    }

    void *allocate(size_t bytes) override
    {
        uint64_t pointer = 0;
        need(api_.allocate(&pointer, bytes), "cuMemAlloc");
        return reinterpret_cast<void *>(pointer);
    }

    void release(void *memory) override
    {
        need(api_.release(reinterpret_cast<uint64_t>(memory)), "cuMemFree");
    }

    void to_device(void *to, const void *from, size_t bytes) override
    {
        if (bytes > 0) {
            need(api_.to_device(reinterpret_cast<uint64_t>(to), from, bytes), "cuMemcpyHtoD");
        }
    }

    void to_host(void *to, const void *from, size_t bytes) override
    {
        if (bytes > 0) {
            need(api_.to_host(to, reinterpret_cast<uint64_t>(from), bytes), "cuMemcpyDtoH");
        }
    }

    void copy(void *to, const void *from, size_t bytes)
    {
        need(api_.on_device(reinterpret_cast<uint64_t>(to), reinterpret_cast<uint64_t>(from), bytes, nullptr),
             "cuMemcpyDtoDAsync");
    }

    void launch(const char *name, int64_t blocks, void **arguments) override
    {
        need(api_.launch(function(name), static_cast<unsigned>(blocks), 1, 1, GATUN_CUDA_THREADS, 1, 1, 0, nullptr,
                         arguments, nullptr),
             name);
    }

    // How many blocks of a kernel the device holds at once.
    int64_t resident_blocks(const char *name)
    {
        constexpr int multiprocessors = 16;
        int count = 0;
        int each = 0;
        need(api_.attribute(&count, multiprocessors, device_), "cuDeviceGetAttribute");
        need(api_.occupancy(&each, function(name), GATUN_CUDA_THREADS, 0), name);
        return static_cast<int64_t>(count) * each;
    }

    // The median time of the work, in milliseconds.
    double milliseconds(const std::function<void()> &work)
    {
        constexpr int rounds = 21;
        constexpr int each = 5;  // so much at once that the events cost nothing beside it
        void *start = nullptr;
        void *stop = nullptr;
        need(api_.new_event(&start, 0), "cuEventCreate");
        need(api_.new_event(&stop, 0), "cuEventCreate");
        std::vector<double> times;
        work();
        for (int round = 0; round < rounds; ++round) {
            float time = 0.0f;
            need(api_.record(start, nullptr), "cuEventRecord");
            for (int i = 0; i < each; ++i) {
                work();
            }
            need(api_.record(stop, nullptr), "cuEventRecord");
            need(api_.wait(stop), "cuEventSynchronize");
            need(api_.elapsed(&time, start, stop), "cuEventElapsedTime");
            times.push_back(static_cast<double>(time) / each);
        }
        need(api_.release_event(start), "cuEventDestroy");
        need(api_.release_event(stop), "cuEventDestroy");
        std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
        return times[rounds / 2];
    }

  private:
    struct Api {
        int (*init)(unsigned);
        int (*error_name)(int, const char **);
        int (*device_count)(int *);
        int (*device)(int *, int);
        int (*device_name)(char *, int, int);
        int (*attribute)(int *, int, int);
        int (*retain)(void **, int);
        int (*set_current)(void *);
        int (*load)(void **, const char *);
        int (*function)(void **, void *, const char *);
        int (*occupancy)(int *, void *, int, size_t);
        int (*allocate)(uint64_t *, size_t);
        int (*release)(uint64_t);
        int (*to_device)(uint64_t, const void *, size_t);
        int (*to_host)(void *, uint64_t, size_t);
        int (*on_device)(uint64_t, uint64_t, size_t, void *);
        int (*launch)(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **,
                      void **);
        int (*new_event)(void **, unsigned);
        int (*release_event)(void *);
        int (*record)(void *, void *);
        int (*wait)(void *);
        int (*elapsed)(float *, void *, void *);
    };

    bool resolve()
    {
        void *library = dlopen("libcuda.so.1", RTLD_NOW);
        if (library == nullptr) {
            return false;
        }
        const struct {
            void *slot;
            const char *name;
        } names[] = {
            {&api_.init, "cuInit"},
            {&api_.error_name, "cuGetErrorName"},
            {&api_.device_count, "cuDeviceGetCount"},
            {&api_.device, "cuDeviceGet"},
            {&api_.device_name, "cuDeviceGetName"},
            {&api_.attribute, "cuDeviceGetAttribute"},
            {&api_.retain, "cuDevicePrimaryCtxRetain"},
            {&api_.set_current, "cuCtxSetCurrent"},
            {&api_.load, "cuModuleLoad"},
            {&api_.function, "cuModuleGetFunction"},
            {&api_.occupancy, "cuOccupancyMaxActiveBlocksPerMultiprocessor"},
            {&api_.allocate, "cuMemAlloc_v2"},
            {&api_.release, "cuMemFree_v2"},
            {&api_.to_device, "cuMemcpyHtoD_v2"},
            {&api_.to_host, "cuMemcpyDtoH_v2"},
            {&api_.on_device, "cuMemcpyDtoDAsync_v2"},
            {&api_.launch, "cuLaunchKernel"},
            {&api_.new_event, "cuEventCreate"},
            {&api_.release_event, "cuEventDestroy_v2"},
            {&api_.record, "cuEventRecord"},
            {&api_.wait, "cuEventSynchronize"},
            {&api_.elapsed, "cuEventElapsedTime"},
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

    void *function(const char *name)
    {
        void *result = nullptr;
        need(api_.function(&result, module_, name), name);
        return result;
    }

    void need(int status, const char *what) const
    {
        if (status != 0) {
            const char *name = nullptr;
            api_.error_name(status, &name);
            fprintf(stderr, "%s: %s\n", what, name == nullptr ? "unknown CUDA error" : name);
            exit(1);
        }
    }

    Api api_ = {};
    int device_ = 0;
    void *module_ = nullptr;
};

#endif
