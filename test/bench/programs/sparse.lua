-- 1000000 operations
local t = {}
for i = 1, 1000000 do t[i * 7919] = i end
print(t[7919])
