-- 10000000 operations
local t = {}
for i = 1, 10000000 do local k = i % 1000 t[k] = (t[k] or 0) + 1 end
print(t[7])
